import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { fileRecords } from "../../../src/adapters/record/file.js";
import { newRecord } from "../../../src/adapters/record/record.js";
import { recordStoreContract } from "../../contract/records.js";
import { temporaryFolder } from "../../harness/folder.js";

recordStoreContract("files", () => fileRecords(temporaryFolder()));

it("keeps a bounded number of files, and none after removal", async () => {
  const folder = temporaryFolder();
  const store = fileRecords(folder);
  for (let version = 0; version < 30; version++)
    await store.write(newRecord("hello", "pr-1", new Date(0)), version);
  expect(readdirSync(folder).length).toBeLessThanOrEqual(8);
  await store.remove("pr-1", 30);
  expect(readdirSync(folder)).toEqual([]);
});

it("correctness 5, F7: a version that a killed writer did not tidy away comes back neither after a removal nor at all", async () => {
  const folder = temporaryFolder();
  const store = fileRecords(folder);
  const record = newRecord("hello", "pr-1", new Date(0));
  const left = JSON.stringify({ ...record, lock: { since: "2026-01-01T00:00:00Z" } });
  const stays = () => writeFileSync(join(folder, "pr-1.1.json"), left);
  for (let version = 0; version < 12; version++) await store.write(record, version);
  stays();
  expect(await store.remove("pr-1", 12)).toBe(true);
  expect(await store.read("pr-1")).toBeUndefined();
  for (let version = 0; version < 12; version++) await store.write(record, version);
  stays();
  await store.write(record, 12);
  expect(readdirSync(folder)).not.toContain("pr-1.1.json");
});

it("names a record that cannot be read", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "pr-1.1.json"), "{ torn");
  await expect(fileRecords(folder).read("pr-1")).rejects.toMatchObject({ code: "record-unreadable" });
});

it("lists 1,000 stacks within 2 s", async () => {
  const folder = temporaryFolder();
  for (let pr = 1; pr <= 1000; pr++) {
    const record = JSON.stringify(newRecord("hello", `pr-${pr}`, new Date(0)));
    for (const version of [1, 2, 3]) writeFileSync(join(folder, `pr-${pr}.${version}.json`), record);
  }
  const startedAt = performance.now();
  expect(await fileRecords(folder).list()).toHaveLength(1000);
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});
