import { expect, it } from "vitest";
import { amend } from "../../../src/adapters/record/amend.js";
import { fileRecords } from "../../../src/adapters/record/file.js";
import { acquire } from "../../../src/adapters/record/lock.js";
import { thisOwner } from "../../../src/adapters/record/owner.js";
import type { RecordStore } from "../../../src/adapters/record/record.js";
import { newRecord } from "../../../src/adapters/record/record.js";
import { temporaryFolder } from "../../harness/folder.js";

const stack = { project: "hello", stack: "dev" };
const freeze = { by: "ann", reason: "Christmas", since: "2026-12-24T00:00:00.000Z" };
const request = (signal = new AbortController().signal) => ({
  ...stack,
  operation: "up" as const,
  owner: thisOwner({}),
  timeoutMs: 60_000,
  signal,
});

/** A store that takes no write any more, as an S3-compatible one that answers 412 for ever; and how often it was asked. */
function refusing() {
  const files = fileRecords(temporaryFolder());
  const asked = { writes: 0, refuses: true };
  const refuse = async (otherwise: () => Promise<boolean>) => {
    asked.writes += 1;
    return asked.refuses ? false : otherwise();
  };
  const store: RecordStore = {
    ...files,
    write: (record, after) => refuse(() => files.write(record, after)),
    remove: (name, version) => refuse(() => files.remove(name, version)),
    persistence: { mostMs: 150, pauseMs: 20 },
  };
  return { store, asked, files };
}

it("correctness 21: a freeze that no write brings in ends within its bound, and without spinning", async () => {
  const { store, asked } = refusing();
  await expect(amend(store, stack, () => ({ freeze }))).rejects.toMatchObject({
    code: "record-contended",
    exitCode: 1,
  });
  expect(asked.writes).toBeLessThan(20);
});

it("correctness 21, F14: a free lock that no write brings in ends within its bound, and without spinning", async () => {
  const { store, asked } = refusing();
  await expect(acquire(store, request())).rejects.toMatchObject({ code: "record-contended" });
  expect(asked.writes).toBeLessThan(20);
});

it("correctness 21: a holder that can neither write nor remove ends within its bound", async () => {
  const { store, asked } = refusing();
  asked.refuses = false;
  const held = await acquire(store, request());
  asked.refuses = true;
  await expect(held.update({ exists: true })).rejects.toMatchObject({ code: "record-contended" });
  await expect(held.remove()).rejects.toMatchObject({ code: "record-contended" });
});

it("Ctrl-C ends the tries", async () => {
  const { store } = refusing();
  const abort = new AbortController();
  const trying = acquire(
    { ...store, persistence: { mostMs: 60_000, pauseMs: 20_000 } },
    request(abort.signal),
  );
  setImmediate(() => abort.abort());
  await expect(trying).rejects.toThrow();
});

it("a change of nothing to a stack without a record is done", async () => {
  const { store, asked } = refusing();
  expect(await amend(store, stack, () => ({}))).toMatchObject({ exists: false });
  expect(asked.writes).toBe(0);
});

it("a file's removal is none where somebody wrote meanwhile, and a write on a removed record is none", async () => {
  const folder = temporaryFolder();
  const records = fileRecords(folder);
  const record = newRecord("hello", "dev", new Date(0));
  await records.write(record, 0);
  const results = await Promise.all([records.remove("dev", 1), records.write({ ...record, freeze }, 1)]);
  const left = (await records.read("dev"))?.record.freeze;
  expect(results[1]).toBe(left !== undefined);
});
