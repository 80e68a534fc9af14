import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { fileRecords } from "../../src/record/file.js";
import { newRecord } from "../../src/record/record.js";
import { recordStoreContract } from "../contract/records.js";
import { temporaryFolder } from "../support/folder.js";

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
