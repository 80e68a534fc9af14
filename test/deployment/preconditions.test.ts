import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { awsClients } from "../../src/aws/clients.js";
import type { Context } from "../../src/context.js";
import { checkCredentials, checkSecretsProvider } from "../../src/deployment/preconditions.js";
import type { StackSpec, StackState } from "../../src/engine/engine.js";
import { fileRecords } from "../../src/record/file.js";
import { acquire } from "../../src/record/lock.js";
import { thisOwner } from "../../src/record/owner.js";
import { temporaryFolder } from "../support/folder.js";

const minutes = (count: number) => count * 60_000;

function onCredentials(expiration?: Date): Context {
  const credentials = {
    accessKeyId: "111111111111",
    secretAccessKey: "test",
    ...(expiration && { expiration }),
  };
  return { aws: awsClients({ region: "us-east-1", credentials }) } as Context;
}

const bound = { config: { deployment: { timeout: minutes(10) } } } as Parameters<typeof checkCredentials>[1];

it("F15: refuses to begin on credentials that end before the deployment's bound", async () => {
  const soon = checkCredentials(onCredentials(new Date(Date.now() + minutes(9))), bound);
  await expect(soon).rejects.toMatchObject({ code: "credentials-end", exitCode: 2 });
  await checkCredentials(onCredentials(new Date(Date.now() + minutes(11))), bound);
  await checkCredentials(onCredentials(), bound);
});

const kms = "awskms://alias/moorage?region=us-east-1";

/** A stack that the engine says is encrypted by `actual`; counts how often it is asked. */
async function encryptedBy(actual: string, { exists = true, backendUrl = "file:///state" } = {}) {
  let looks = 0;
  const state = async (): Promise<StackState> => {
    looks += 1;
    return { resources: [], pending: [], secretsProvider: actual };
  };
  const context = { engine: async () => ({ state }) } as unknown as Context;
  const held = await acquire(fileRecords(temporaryFolder()), {
    project: "hello",
    stack: "dev",
    operation: "up",
    owner: thisOwner({}),
    timeoutMs: 0,
    signal: new AbortController().signal,
  });
  await held.update({ exists });
  const check = (secretsprovider?: string) => {
    const settings: Record<string, string> = secretsprovider === undefined ? {} : { secretsprovider };
    const spec = {
      project: "hello",
      stack: "dev",
      backendUrl,
      config: {},
      env: {},
      settings,
    };
    return checkSecretsProvider(context, held, spec satisfies StackSpec);
  };
  return { check, looks: () => looks };
}

it("F32: refuses a secrets provider that was changed silently, naming both", async () => {
  const stack = await encryptedBy(kms);
  await stack.check(kms);
  await stack.check(kms);
  expect(stack.looks()).toBe(1);
  await expect(stack.check()).rejects.toMatchObject({
    code: "secrets-provider-changed",
    exitCode: 2,
    message: expect.stringMatching(/awskms:\/\/alias\/moorage.*passphrase/) as string,
  });
});

it("F32: a provider that was changed with Pulumi's own command is taken over", async () => {
  const stack = await encryptedBy("passphrase");
  await stack.check();
  const moved = await encryptedBy(kms);
  await moved.check(kms);
});

it("F32: a stack that plain Pulumi made before its first record is looked at too", async () => {
  const folder = temporaryFolder();
  const stacks = join(folder, ".pulumi/stacks/hello");
  mkdirSync(stacks, { recursive: true });
  const providers = { type: "cloud", state: { url: kms } };
  const checkpoint = { latest: { secrets_providers: providers, resources: [] } };
  writeFileSync(join(stacks, "dev.json"), JSON.stringify({ version: 3, checkpoint }));
  const { check } = await encryptedBy(kms, { exists: false, backendUrl: `file://${folder}` });
  await expect(check()).rejects.toMatchObject({ code: "secrets-provider-changed" });
  await check(kms);
});
