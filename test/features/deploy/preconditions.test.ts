import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { awsClients } from "../../../src/adapters/aws/clients.js";
import type { Context } from "../../../src/context/context.js";
import {
  checkCredentials,
  checkSecretsProvider,
  longestRun,
} from "../../../src/features/deploy/preconditions.js";
import type { StackSpec, StackState } from "../../../src/adapters/engine/engine.js";
import { fileRecords } from "../../../src/adapters/record/file.js";
import { acquire } from "../../../src/adapters/record/lock.js";
import { thisOwner } from "../../../src/adapters/record/owner.js";
import { temporaryFolder } from "../../harness/folder.js";

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

it("F15, correctness C: refuses to begin on credentials that end before the longest run is over", async () => {
  for (const left of [9, 11, 40]) {
    const soon = checkCredentials(onCredentials(new Date(Date.now() + minutes(left))), bound);
    await expect(soon).rejects.toMatchObject({ code: "credentials-end", exitCode: 2 });
  }
  await checkCredentials(onCredentials(new Date(Date.now() + minutes(42))), bound);
  await checkCredentials(onCredentials(), bound);
});

it("F15, correctness C: a run takes engine, rollout, smoke test and settling, and all again to roll back", () => {
  const deployment = { timeout: minutes(10), rollbackOnFailure: false };
  const smoke = [{ timeout: minutes(1) }, { timeout: minutes(2) }];
  const once = minutes(10 + 10 + 1 + 2) + 35_000;
  expect(longestRun({ deployment, smoke })).toBe(once);
  expect(longestRun({ deployment: { ...deployment, rollbackOnFailure: true }, smoke })).toBe(2 * once);
});

it("F15: exported credentials say when they end by AWS_CREDENTIAL_EXPIRATION alone", async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "x");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "y");
  vi.stubEnv("AWS_CREDENTIAL_EXPIRATION", new Date(Date.now() + minutes(9)).toISOString());
  onTestFinished(() => void vi.unstubAllEnvs());
  const exported = () => ({ aws: awsClients({ region: "us-east-1" }) });
  await expect(checkCredentials(exported(), bound)).rejects.toMatchObject({ code: "credentials-end" });
  vi.stubEnv("AWS_CREDENTIAL_EXPIRATION", undefined);
  await checkCredentials(exported(), bound);
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
