import { spawn } from "node:child_process";
import { once } from "node:events";
import { hostname } from "node:os";
import { expect, it } from "vitest";
import { fileRecords } from "../../src/record/file.js";
import type { LockRequest } from "../../src/record/lock.js";
import { acquire, withoutLost } from "../../src/record/lock.js";
import { isGone, thisOwner } from "../../src/record/owner.js";
import type { Owner } from "../../src/record/record.js";
import { newRecord } from "../../src/record/record.js";
import { temporaryFolder } from "../support/folder.js";

const request = (change: Partial<LockRequest> = {}): LockRequest => ({
  project: "hello",
  stack: "pr-42",
  operation: "up",
  owner: thisOwner({}),
  timeoutMs: 0,
  signal: new AbortController().signal,
  ...change,
});

async function deadOwner(): Promise<Owner> {
  const child = spawn(process.execPath, ["-e", "0"]);
  await once(child, "exit");
  return { user: "ann", host: hostname(), pid: child.pid ?? 0, processStartedAt: Date.now() };
}

it("F8: a living owner keeps its lock, and is named to the one that gives up", async () => {
  const store = fileRecords(temporaryFolder());
  await acquire(store, request());
  await expect(acquire(store, request())).rejects.toMatchObject({
    code: "locked",
    exitCode: 5,
    message: expect.stringContaining(`process ${process.pid} on ${hostname()}`),
  });
});

it("F8: an owner that is provably gone loses its lock, and what it left is known to be unclean", async () => {
  const store = fileRecords(temporaryFolder());
  const held = await acquire(store, request({ owner: await deadOwner() }));
  await held.update({ unclean: true });
  const next = await acquire(store, request());
  expect(next.unclean).toBe(true);
});

it("F8: a run that was killed deploys no more, whoever looks; one that lives does", async () => {
  const store = fileRecords(temporaryFolder());
  const running = { imageTag: "v2", digests: {}, startedAt: new Date().toISOString(), by: "ann" };
  const held = await acquire(store, request());
  await held.update({ status: "deploying", running });
  expect(await withoutLost(held.record, request(), new Date())).toBe(held.record);
  const lock = { owner: await deadOwner(), operation: "up" as const, since: running.startedAt };
  const found = await withoutLost({ ...held.record, lock }, request(), new Date());
  expect(found).toMatchObject({ status: "failed", history: [{ imageTag: "v2", good: false }] });
  expect(found.lock).toBeUndefined();
});

it("F8: an owner on another machine is never taken for dead", async () => {
  const owner = { ...(await deadOwner()), host: "elsewhere" };
  expect(await isGone(owner)).toBe(false);
  const store = fileRecords(temporaryFolder());
  await acquire(store, request({ owner }));
  await expect(acquire(store, request())).rejects.toMatchObject({ code: "locked" });
});

it("F8: a run on another runner of the same name is never taken for dead, one on this machine is", async () => {
  const run = "https://github.com/acme/hello/actions/runs/7";
  const here = { ...thisOwner({}), ...(await deadOwner()), run };
  expect(await isGone(here)).toBe(true);
  expect(await isGone({ ...here, boot: "00000000-0000-0000-0000-000000000000" })).toBe(false);
});

it("F8: a pid that now belongs to another process does not keep the lock alive", async () => {
  expect(await isGone({ ...thisOwner({}), processStartedAt: Date.now() - 86_400_000 })).toBe(true);
  expect(await isGone(thisOwner({}))).toBe(false);
});

it("F14: of many that want one stack, each gets it once, one at a time", async () => {
  const store = fileRecords(temporaryFolder());
  let holders = 0;
  let most = 0;
  const turn = async () => {
    const held = await acquire(store, request({ timeoutMs: 20_000 }));
    most = Math.max(most, ++holders);
    await held.update({ imageTag: "sha-1" });
    holders -= 1;
    await held.release();
  };
  await Promise.all(Array.from({ length: 6 }, turn));
  expect(most).toBe(1);
  expect((await store.read("pr-42"))?.record.lock).toBeUndefined();
});

it("a holder whose lock was taken over cannot write", async () => {
  const store = fileRecords(temporaryFolder());
  const held = await acquire(store, request());
  await store.write(newRecord("hello", "pr-42", new Date(0)), 1);
  await expect(held.release()).rejects.toMatchObject({ code: "lock-lost", exitCode: 5 });
});

it("an interrupted wait ends at once", async () => {
  const store = fileRecords(temporaryFolder());
  await acquire(store, request());
  const abort = new AbortController();
  const waiting = acquire(
    store,
    request({ timeoutMs: 60_000, signal: abort.signal, onWait: () => abort.abort() }),
  );
  await expect(waiting).rejects.toThrow();
});
