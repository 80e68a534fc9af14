import { describe, expect, it } from "vitest";
import type { Context } from "../../../src/context/context.js";
import { breakLocks, findHolders } from "../../../src/features/deploy/break-lock.js";
import { destroy } from "../../../src/features/deploy/destroy.js";
import { platformFailure } from "../../../src/core/errors.js";
import { previewRows } from "../../../src/features/previews/list.js";
import { chooseSweep } from "../../../src/features/previews/choose-sweep.js";
import { rememberedOf } from "../../../src/features/previews/list-stacks.js";
import { amend } from "../../../src/adapters/record/amend.js";
import { fileRecords } from "../../../src/adapters/record/file.js";
import { newRecord, recordFormat, type RecordStore } from "../../../src/adapters/record/record.js";
import { temporaryFolder } from "../../harness/folder.js";
import { smallConfig as config, smallContext } from "../../harness/small-project.js";

const newer = { version: recordFormat + 1, moorage: "9.1.0" };

/** Records of a newer Moorage, with a lock in a form of its own; whatever else is touched ends the test. */
async function scene(): Promise<{ context: Context; records: RecordStore }> {
  const records = fileRecords(temporaryFolder());
  for (const stack of ["pr-42", "dev"]) {
    const record = { ...newRecord("hello", stack, new Date(0)), ...newer, exists: true };
    await records.write({ ...record, lock: { form: "new" } } as never, 0);
  }
  const touched = () => Promise.reject(platformFailure("machine", "the target was touched", ""));
  const aws = new Proxy({}, { get: () => touched });
  return { context: smallContext(records, { engine: touched, aws }), records };
}

const refused = {
  code: "format-newer",
  exitCode: 4,
  hint: expect.stringContaining("Use Moorage 9.1.0 or newer") as string,
};

describe.each(["pr-42", "dev"])("F57: %s, whose record a newer Moorage wrote", (stack) => {
  it("is not destroyed, and its record stays as it is", async () => {
    const { context, records } = await scene();
    const request = { stack, config, raw: {}, settings: {}, lockTimeoutMs: 0 };
    await expect(destroy(context, request)).rejects.toMatchObject(refused);
    expect(await records.list()).toHaveLength(2);
  });

  it("is neither locked nor unlocked: its lock and its freeze are in a form that is not known", async () => {
    const { context, records } = await scene();
    const frozen = amend(records, { project: "hello", stack }, () => ({ freeze: undefined }));
    await expect(frozen).rejects.toMatchObject(refused);
    const asked = async () => "unknown" as const;
    await expect(findHolders(context, stack, asked as never)).rejects.toMatchObject(refused);
    const holders = { run: undefined, state: [] };
    await breakLocks(context, stack, holders as never).catch((error: unknown) =>
      expect(error).toMatchObject(refused),
    );
    await expect(records.read(stack)).rejects.toMatchObject(refused);
  });
});

it("F57: a sweep keeps a preview of a newer Moorage, says whose it is, and a list says what it does not know", async () => {
  const { context, records } = await scene();
  const [record] = await records.list((stack) => stack === "pr-42");
  if (record === undefined) throw new Error("no record");
  const now = new Date();
  const live = { stack: "pr-42", record: await rememberedOf(context, record, now) };
  const policy = {
    label: "deploy",
    drafts: true,
    forks: "refuse",
    repository: "acme/hello",
    persist: "persist",
  } as const;
  const pull = { kind: "unreadable", why: "gone" } as const;
  const [choice] = chooseSweep([live], new Map([[42, pull]]), policy, now);
  expect(choice).toMatchObject({ action: "keep", why: "newer" });
  expect(choice?.reason).toContain("Moorage 9.1.0");
  expect(previewRows([record], now)).toMatchObject([{ pr: 42, status: "unknown" }]);
});
