import { expect, it } from "vitest";
import { awsClients } from "../../../src/adapters/aws/clients.js";
import { parseConfig } from "../../../src/core/project/parse.js";
import type { Context } from "../../../src/context/context.js";
import { deploy } from "../../../src/features/deploy/deploy.js";
import { localWait } from "../../../src/context/wait-policy.js";
import type { StackRecord, Versioned } from "../../../src/adapters/record/record.js";
import { newRecord } from "../../../src/adapters/record/record.js";
import { temporaryFolder } from "../../harness/folder.js";
import { smallSettings as raw } from "../../harness/small-project.js";

const secret = "hunter2hunter2";
const image = `public.ecr.aws/acme/hello@sha256:${"a".repeat(64)}`;

/** A context whose records are kept here, and whose run knows of one secret. */
function played(first?: StackRecord) {
  let stored: Versioned | undefined = first && { record: first, version: 1 };
  const kept: StackRecord[] = [];
  const records = {
    read: () => Promise.resolve(stored),
    write: (record: StackRecord, after: number) => {
      kept.push(record);
      stored = { record, version: after + 1 };
      return Promise.resolve(true);
    },
    remove: () => {
      stored = undefined;
      return Promise.resolve(true);
    },
    list: () => Promise.resolve([newRecord("hello", "dev", new Date(0))]),
  };
  const context = {
    project: "hello",
    records,
    owner: { user: "ann", host: "here", pid: process.pid, processStartedAt: 0 },
    isOver: () => Promise.resolve(false),
    signal: new AbortController().signal,
    reporter: { notify: () => undefined, masked: () => [secret], close: () => undefined },
    notifier: { isUsed: () => false, tell: () => Promise.resolve() },
    target: { overlay: {}, wait: localWait, backendUrl: `file://${temporaryFolder()}`, engineEnv: {} },
    engineSettings: {},
  };
  return { context, kept, stored: () => stored?.record };
}

const request = {
  stack: "dev",
  config: parseConfig(raw, "test"),
  raw,
  settings: {},
  imageTag: "v1",
  despite: `the key ${secret} is out`,
  ttlMs: undefined,
  lockTimeoutMs: 0,
};

it("correctness 16, F28: an error that leaves a deployment holds no secret, nor does what is kept of it", async () => {
  const { context, kept } = played();
  const decide = () => Promise.reject(new Error(`no access with ${secret}`));
  const ended = deploy(context as unknown as Context, { ...request, resolveUnderLock: decide });
  await expect(ended).rejects.toMatchObject({ message: "no access with ***" });
  expect(kept.length).toBeGreaterThan(0);
  expect(JSON.stringify(kept)).not.toContain(secret);
});

it("correctness 16, F28: the reason that is stored of a deployment that ran and failed holds no secret", async () => {
  const web = { name: "web", serviceName: "hello-web-dev", taskDefinition: "t:1", targetGroup: "g" };
  const first: StackRecord = {
    ...newRecord("hello", "dev", new Date(0)),
    deployed: {
      imageTag: "v0",
      digests: {},
      services: [{ ...web, logGroup: "/ecs/dev/web" }],
      version: { requestedAt: "2026-01-01T00:00:00Z" },
    },
  };
  const { context, kept, stored } = played(first);
  const up = () => Promise.reject(new Error(`the app said: wrong password ${secret}`));
  const aws = awsClients({
    region: "us-east-1",
    credentials: { accessKeyId: "x", secretAccessKey: "y" },
    endpoint: "http://127.0.0.1:9",
  });
  const fixed = { ...raw, "moorage:services": { web: { image, port: 8080 } } };
  const ended = deploy(
    { ...context, aws, engine: () => Promise.resolve({ up, state: () => undefined }) } as unknown as Context,
    { ...request, raw: fixed, config: parseConfig(fixed, "test") },
  );
  await expect(ended).rejects.toMatchObject({ message: expect.stringContaining("***") as string });
  expect(stored()?.history.at(-1)).toMatchObject({
    result: "failed",
    reason: "the app said: wrong password ***",
    despite: "the key *** is out",
  });
  expect(JSON.stringify(kept)).not.toContain(secret);
});
