import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import type { Context } from "../../../context/context.js";
import { temporaryFolder } from "../../../core/temporary-folder.js";

/** A stack's `secretsprovider`, `encryptedkey`, `encryptionsalt`. */
type Settings = Record<string, string>;

/**
 * The engine plans on a stack that exists. One that does not exist is planned in a state of its own on this machine, removed
 * afterwards: nothing is written where stacks are kept, no lock is taken, and a role that may only read is enough. Secrets
 * that the stack's file has are read as ever; without any, nothing is asked of the key.
 */
export async function inEmptyPlace<Value>(
  context: Context,
  settings: Settings,
  ask: (context: Context, settings: Settings) => Promise<Value>,
): Promise<Value> {
  const folder = await temporaryFolder("moorage-plan-");
  const hasSecrets = "encryptedkey" in settings || "encryptionsalt" in settings;
  const { target } = context;
  const passphrase: Record<string, string> = hasSecrets ? {} : { PULUMI_CONFIG_PASSPHRASE: randomUUID() };
  const engineEnv = { ...target.engineEnv, ...passphrase };
  const backendUrl = pathToFileURL(folder).href;
  try {
    const place = { ...context, target: { ...target, backendUrl, engineEnv } };
    return await ask(place, hasSecrets ? settings : {});
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
