import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { StackRecord } from "../../../src/adapters/record/record.js";
import { newRecord } from "../../../src/adapters/record/record.js";
import { fileRecords } from "../../../src/adapters/record/file.js";
import { chooseSweep } from "../../../src/features/previews/choose-sweep.js";
import { previewRows } from "../../../src/features/previews/list.js";
import { liveStacks } from "../../../src/features/previews/list-stacks.js";
import { rowOf } from "../../../src/features/inspect/status/row.js";
import { stacksOf } from "../../../src/features/inspect/status/stacks.js";
import { temporaryFolder } from "../../harness/folder.js";
import { smallConfig, smallContext } from "../../harness/small-project.js";

const now = new Date();

/** Records of two previews and an environment; that of `pr-7` and `dev` are damaged in this way. */
async function damaged(text: string) {
  const folder = temporaryFolder();
  const records = fileRecords(folder);
  for (const stack of ["pr-7", "pr-8", "dev"]) {
    const record: StackRecord = { ...newRecord("hello", stack, now), exists: true, status: "ready" };
    await records.write({ ...record, clusterArn: "arn:aws:ecs:us-east-1:111111111111:cluster/hello" }, 0);
  }
  for (const name of readdirSync(folder).filter((one) => /^(pr-7|dev)\./.test(one)))
    writeFileSync(join(folder, name), text);
  return records;
}

const policy = {
  label: "deploy",
  drafts: true,
  forks: "refuse",
  repository: "acme/hello",
  persist: "persist",
} as const;

describe.each(["", '{"stack":', "null", "{}"])("13: a record that reads %j", (text) => {
  it("is told, and the others are listed; whoever is not told fails", async () => {
    const records = await damaged(text);
    const told: string[] = [];
    const listed = await records.list(undefined, (stack, { code }) => void told.push(`${stack}: ${code}`));
    expect(listed.map(({ stack }) => stack)).toEqual(["pr-8"]);
    expect(told.sort()).toEqual(["dev: record-unreadable", "pr-7: record-unreadable"]);
    await expect(records.list()).rejects.toMatchObject({ code: "record-unreadable", exitCode: 1 });
    await expect(records.read("pr-7")).rejects.toMatchObject({ code: "record-unreadable" });
  });

  it("has a row in `status` that says so, and is no stack that was never deployed", async () => {
    const unreadable = new Map<string, string>();
    const records = await (
      await damaged(text)
    ).list(undefined, (stack, error) => {
      unreadable.set(stack, error.message);
    });
    const known = [{ name: "dev", read: undefined }];
    const rows = stacksOf(known, records, unreadable).map((stack) => rowOf(stack));
    expect(rows.map(({ stack, status }) => `${stack} ${status}`)).toEqual([
      "dev unknown",
      "pr-7 unknown",
      "pr-8 ready",
    ]);
    expect(rows[0]?.problem).toMatch(/^The record .*dev\.1\.json cannot be read: /);
  });

  it("keeps its preview from a sweep, which judges the others", async () => {
    const engine = () => Promise.reject(new Error("the engine was started"));
    const empty = { send: async () => ({ ResourceTagMappingList: [], taskArns: [], serviceArns: [] }) };
    const aws = new Proxy({}, { get: () => async () => empty });
    const context = smallContext(await damaged(text), { engine, aws });
    const { stacks } = await liveStacks(context, smallConfig, now);
    const missing = new Map([7, 8].map((pr) => [pr, { kind: "missing" } as const]));
    const choices = chooseSweep(stacks, missing, policy, now);
    expect(choices.map(({ stack, action, why }) => `${stack} ${action} ${why}`)).toEqual([
      "pr-7 keep record-unreadable",
      "pr-8 destroy missing",
    ]);
    expect(choices[0]?.orphaned).toBe(false);
  });

  it("has a row in `preview list`", () => {
    expect(previewRows([], now, ["pr-7"])).toMatchObject([{ pr: 7, status: "unknown", url: null }]);
  });
});
