import { expect, it } from "vitest";
import { parseConfig } from "../../src/config/parse.js";
import type { Context } from "../../src/context.js";
import { destroy } from "../../src/deployment/destroy.js";
import { platformFailure } from "../../src/errors.js";
import { isStateless } from "../../src/preview/sweep.js";
import { fileRecords } from "../../src/record/file.js";
import { thisOwner } from "../../src/record/owner.js";
import { silentHost } from "../../src/report.js";
import { temporaryFolder } from "../support/folder.js";

const config = parseConfig(
  {
    "moorage:app": "hello",
    "moorage:registry": "111111111111.dkr.ecr.us-east-1.amazonaws.com",
    "moorage:foundation": "foundation-dev",
    "moorage:services": { web: { repository: "hello", port: 8080 } },
  },
  "test",
);
const request = { stack: "pr-7", config, raw: {}, settings: {}, lockTimeoutMs: 0 };
const stillUsed = platformFailure("in-use", "sg-1 is still used", "");

/** An engine that knows no stack, and no foundation to look into. */
function scene() {
  const records = fileRecords(temporaryFolder());
  const engine = {
    destroy: () => Promise.resolve({ result: "absent", deleted: 0 }),
    state: () => Promise.resolve(undefined),
  };
  const context = {
    host: silentHost,
    signal: new AbortController().signal,
    project: "hello",
    owner: thisOwner({}),
    target: { overlay: {}, backendUrl: "file:///nowhere", engineEnv: {} },
    engine: () => Promise.resolve(engine),
    records,
    aws: {},
  };
  return { context: context as unknown as Context, records };
}

it("correctness 1, F13: what a sweep did not clear to its end is cleared by the next one", async () => {
  const { context, records } = scene();
  const clear = () => Promise.reject(stillUsed);
  await expect(destroy(context, { ...request, clear })).rejects.toMatchObject({ code: "in-use" });
  const record = (await records.read("pr-7"))?.record;
  // It is remembered by now, and is in no state all the same.
  expect(record).toMatchObject({ status: "failed" });
  expect(isStateless(record)).toBe(true);
  expect(isStateless(undefined)).toBe(true);
  expect(isStateless({ exists: true })).toBe(false);
});

it("F13: a destruction that is refused before it touched anything leaves no record of a preview that never was", async () => {
  const { context, records } = scene();
  const check = () => {
    throw stillUsed;
  };
  await expect(destroy(context, { ...request, check })).rejects.toMatchObject({ code: "in-use" });
  expect(await records.list()).toEqual([]);
});
