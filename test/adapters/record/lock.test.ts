import { spawn } from "node:child_process";
import { once } from "node:events";
import { hostname } from "node:os";
import { expect, it } from "vitest";
import { fileRecords } from "../../../src/adapters/record/file.js";
import type { LockRequest } from "../../../src/adapters/record/lock.js";
import { acquire, withoutAbandonedRun } from "../../../src/adapters/record/lock.js";
import { isGone, thisOwner } from "../../../src/adapters/record/owner.js";
import type { Owner } from "../../../src/adapters/record/record.js";
import { newRecord } from "../../../src/adapters/record/record.js";
import { temporaryFolder } from "../../harness/folder.js";

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
  return { ...thisOwner({}), user: "ann", pid: child.pid ?? 0 };
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
  expect(await withoutAbandonedRun(held.record, request(), new Date())).toBe(held.record);
  const lock = { owner: await deadOwner(), operation: "up" as const, since: running.startedAt };
  const found = await withoutAbandonedRun({ ...held.record, lock }, request(), new Date());
  expect(found).toMatchObject({ status: "failed", history: [{ imageTag: "v2", good: false }] });
  expect(found.lock).toBeUndefined();
});

it("F8: nor does one that was killed before it had begun anything (seed 40 of the fault campaign)", async () => {
  const held = await acquire(fileRecords(temporaryFolder()), request({ owner: await deadOwner() }));
  expect(held.record.status).toBe("deploying");
  expect(await withoutAbandonedRun(held.record, request(), new Date())).toMatchObject({ status: "failed" });
});

it.each([
  ["on another machine of our name", { machine: "another" }],
  ["in another container", { pidNamespace: "pid:[1]" }],
  ["of another boot", { boot: "00000000-0000-0000-0000-000000000000" }],
  ["that an older version noted", { machine: undefined, pidNamespace: undefined, start: undefined }],
])(
  "F8, F37, correctness 4: an owner %s is never taken for dead, and that is said",
  async (_title, change) => {
    const owner = { ...(await deadOwner()), ...change } as Owner;
    expect(isGone(owner)).toBe(false);
    const store = fileRecords(temporaryFolder());
    await acquire(store, request({ owner }));
    await expect(acquire(store, request())).rejects.toMatchObject({
      code: "locked",
      message: expect.stringContaining("unknown from here whether"),
      hint: expect.stringContaining("moorage unlock pr-42 --run"),
    });
  },
);

it("F8: a run on another runner of the same name is never taken for dead, one on this machine is", async () => {
  const run = "https://github.com/acme/hello/actions/runs/7";
  const here = { ...(await deadOwner()), run };
  expect(isGone(here)).toBe(true);
  expect(isGone({ ...here, boot: "00000000-0000-0000-0000-000000000000" })).toBe(false);
});

it("F8: a pid that now belongs to another process does not keep the lock alive", () => {
  expect(isGone({ ...thisOwner({}), start: "1" })).toBe(true);
  expect(isGone(thisOwner({}))).toBe(false);
});

it("F37: neither a clock that was set nor another host name makes a living owner look dead", () => {
  expect(isGone({ ...thisOwner({}), processStartedAt: 0, host: "renamed" })).toBe(false);
});

it("correctness 5: a pid that another user's process has by now keeps no lock", () => {
  const { machine: _m, boot: _b, pidNamespace: _p, start: _s, ...bare } = thisOwner({});
  expect(isGone({ ...bare, pid: 1, processStartedAt: 1_000 })).toBe(true);
  expect(isGone({ ...bare, pid: 1, host: "elsewhere", processStartedAt: 1_000 })).toBe(false);
  expect(isGone({ ...bare, pid: 1 })).toBe(false);
});

it("F48: two locks of one host, pid and moment are told apart", async () => {
  const store = fileRecords(temporaryFolder());
  const held = await acquire(store, request());
  const { record } = held;
  const lock = { ...(record.lock as NonNullable<typeof record.lock>), id: "another" };
  await store.write({ ...record, lock }, 1);
  await expect(held.unlock()).rejects.toMatchObject({ code: "lock-lost" });
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
    await held.unlock();
  };
  await Promise.all(Array.from({ length: 6 }, turn));
  expect(most).toBe(1);
  expect((await store.read("pr-42"))?.record.lock).toBeUndefined();
});

it("a holder whose lock was taken over cannot write", async () => {
  const store = fileRecords(temporaryFolder());
  const held = await acquire(store, request());
  await store.write({ ...newRecord("hello", "pr-42", new Date(0)), createdAt: held.record.createdAt }, 1);
  await expect(held.unlock()).rejects.toMatchObject({ code: "lock-lost", exitCode: 5 });
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

it("correctness 4: whoever judged an owner slowly takes no lock of a record that was made anew meanwhile", async () => {
  const store = fileRecords(temporaryFolder());
  await acquire(store, request({ owner: await deadOwner() }));
  let reads = 0;
  const slow: typeof store = {
    ...store,
    async read(stack) {
      const seen = await store.read(stack);
      // A first deployment that is refused leaves no record, and the next one begins with version 1 again.
      if (++reads === 1) {
        await (await acquire(store, request())).remove();
        await acquire(store, request());
      }
      return seen;
    },
  };
  await expect(acquire(slow, request())).rejects.toMatchObject({ code: "locked" });
});
