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
