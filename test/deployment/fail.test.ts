import { expect, it } from "vitest";
import { parseConfig } from "../../src/config/parse.js";
import type { Context } from "../../src/context.js";
import { deploy } from "../../src/deployment/deploy.js";
import { localWait } from "../../src/release/wait.js";
import type { StackRecord, Versioned } from "../../src/record/record.js";
import { newRecord } from "../../src/record/record.js";

const secret = "hunter2hunter2";
const raw = {
  "moorage:app": "hello",
  "moorage:registry": "111111111111.dkr.ecr.us-east-1.amazonaws.com",
  "moorage:foundation": "foundation-dev",
  "moorage:services": { web: { repository: "hello", port: 8080 } },
};

it("correctness 16, F28: an error that leaves a deployment holds no secret, nor does what is kept of it", async () => {
  let stored: Versioned | undefined;
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
    host: { notify: () => undefined, masked: () => [secret], close: () => undefined },
    notifier: { isUsed: () => false, tell: () => Promise.resolve() },
    target: { overlay: {}, wait: localWait },
  } as unknown as Context;
  const decide = () => Promise.reject(new Error(`no access with ${secret}`));
  const request = {
    stack: "dev",
    config: parseConfig(raw, "test"),
    raw,
    settings: {},
    imageTag: "v1",
    despite: `the key ${secret} is out`,
    ttlMs: undefined,
    lockTimeoutMs: 0,
    decide,
  };
  await expect(deploy(context, request)).rejects.toMatchObject({ message: "no access with ***" });
  expect(kept.length).toBeGreaterThan(0);
  expect(JSON.stringify(kept)).not.toContain(secret);
});
