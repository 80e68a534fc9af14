import { expect, it } from "vitest";
import { destroy } from "../../../src/features/deploy/destroy.js";
import { platformFailure } from "../../../src/core/errors.js";
import { fileRecords } from "../../../src/adapters/record/file.js";
import { temporaryFolder } from "../../harness/folder.js";
import { smallConfig as config, smallContext } from "../../harness/small-project.js";

const request = { stack: "pr-7", config, raw: {}, settings: {}, lockTimeoutMs: 0 };
const stillUsed = platformFailure("in-use", "sg-1 is still used", "");

/** An engine that knows no stack, and no foundation to look into. */
function scene(destroyed = { result: "absent", deleted: 0 }) {
  const records = fileRecords(temporaryFolder());
  const engine = {
    destroy: () => Promise.resolve(destroyed),
    repair: () => Promise.resolve({ adopted: [], forgotten: [], others: [] }),
    state: () => Promise.resolve(undefined),
  };
  return { context: smallContext(records, { engine: () => Promise.resolve(engine), aws: {} }), records };
}

it("correctness 1, F13: what a sweep did not clear to its end is cleared by the next one, though it is recorded by then", async () => {
  const { context, records } = scene();
  const cleared: string[] = [];
  const clear = (how: string, end: () => Promise<number>) => () => {
    cleared.push(how);
    return end();
  };
  const first = destroy(context, { ...request, clear: clear("first", () => Promise.reject(stillUsed)) });
  await expect(first).rejects.toMatchObject({ code: "in-use" });
  expect((await records.read("pr-7"))?.record).toMatchObject({ status: "failed", exists: false });
  // What it proves afterwards needs a target, and there is none here.
  const second = destroy(context, { ...request, clear: clear("second", () => Promise.resolve(1)) });
  await expect(second).rejects.toThrow();
  expect(cleared).toEqual(["first", "second"]);
});

it("F13: nothing of a stack that the engine has destroyed is looked for by tags", async () => {
  const { context } = scene({ result: "destroyed", deleted: 3 });
  let cleared = false;
  const clear = () => {
    cleared = true;
    return Promise.resolve(1);
  };
  await expect(destroy(context, { ...request, clear })).rejects.toThrow();
  expect(cleared).toBe(false);
});

it("F13: a destruction that is refused before it touched anything leaves no record of a preview that never was", async () => {
  const { context, records } = scene();
  const check = () => {
    throw stillUsed;
  };
  await expect(destroy(context, { ...request, check })).rejects.toMatchObject({ code: "in-use" });
  expect(await records.list()).toEqual([]);
});
