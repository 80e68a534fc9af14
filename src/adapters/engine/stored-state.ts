import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { parseBackend, stateFolder } from "../backend/backend.js";
import { type StateDeployment, resourcesOf, secretsProviderOf } from "./deployment.js";
import type { StackSpec, StateResource } from "./engine.js";

/** A state as Pulumi's file and S3 backends store it (pulumi: sdk/go/common/apitype, VersionedCheckpoint). */
interface Checkpoint {
  version: number;
  features?: string[];
  checkpoint: { latest?: StateDeployment["deployment"] };
}

/** Where a stack's state may be below the backend's root, plain or zipped (pulumi: pkg/backend/diy/store.go). */
export function stateKeys({ project, stack }: Pick<StackSpec, "project" | "stack">): string[] {
  const key = `.pulumi/stacks/${project}/${basename(stack)}.json`;
  return [key, `${key}.gz`];
}

/** A stored state in the form of `pulumi stack export`. Raises what JSON raises. */
export function parseStored(stored: Buffer): StateDeployment {
  const zipped = stored[0] === 0x1f && stored[1] === 0x8b;
  const text = (zipped ? gunzipSync(stored) : stored).toString();
  const { version, features, checkpoint } = JSON.parse(text) as Checkpoint;
  return { version, ...(features && { features }), deployment: checkpoint.latest ?? {} };
}

/** When a stored state was written, by its engine's clock; undefined for one that cannot be read. */
export function writtenAt(stored: Buffer): string | undefined {
  try {
    return parseStored(stored).deployment.manifest?.time;
  } catch {
    return undefined;
  }
}

/**
 * How the secrets of a state in files or S3 are encrypted, with no process of the engine. Undefined when there is no such
 * stack, or where only the engine can tell.
 */
export async function storedSecretsProvider(spec: StackSpec): Promise<string | undefined> {
  const text = await storedState(spec);
  return text === undefined ? undefined : secretsProviderOf(parseStored(Buffer.from(text)));
}

/**
 * The resources of a state in files or S3, with no process of the engine. Undefined when there is no such stack, or where only
 * the engine can tell.
 */
export async function storedResources(spec: StackSpec): Promise<StateResource[] | undefined> {
  const text = await storedState(spec);
  return text === undefined ? undefined : resourcesOf(parseStored(Buffer.from(text)));
}

/**
 * A state in files as the engine would export it; undefined for any other, and for one that only the engine can judge,
 * such as one whose `.attrs` is cut short.
 */
export async function storedInFile(spec: StackSpec): Promise<StateDeployment | undefined> {
  const folder = stateFolder(spec.backendUrl);
  if (folder === undefined) return undefined;
  const file = join(folder, stateKeys(spec)[0] ?? "");
  try {
    if (existsSync(`${file}.attrs`)) JSON.parse(await readFile(`${file}.attrs`, "utf8"));
    const state = parseStored(await readFile(file));
    return state.version === exportedVersion && Array.isArray(state.deployment.resources) ? state : undefined;
  } catch {
    return undefined;
  }
}

/** pulumi: sdk/go/common/apitype, DeploymentSchemaVersionCurrent. */
const exportedVersion = 3;

async function storedState(spec: StackSpec): Promise<string | undefined> {
  const backend = parseBackend(spec.backendUrl);
  const [key = ""] = stateKeys(spec);
  if (backend.kind === "files") {
    return readFile(join(backend.folder, key), "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
      return undefined;
    });
  }
  if (backend.kind !== "s3") return undefined;
  const { openObjects } = await import("../aws/objects.js");
  const objects = await openObjects(backend.place);
  try {
    return (await objects.read(`${backend.place.prefix}${key}`))?.body;
  } finally {
    objects.close();
  }
}
