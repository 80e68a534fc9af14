import { parseConfig } from "../../src/core/project/parse.js";
import type { Context } from "../../src/context/context.js";
import type { RecordStore } from "../../src/adapters/record/record.js";
import { thisOwner } from "../../src/adapters/record/owner.js";
import { silentReporter } from "../../src/core/reporter.js";

/** The settings of a project with one web service, as its stack's file has them. */
export const smallSettings = {
  "moorage:app": "hello",
  "moorage:registry": "111111111111.dkr.ecr.us-east-1.amazonaws.com",
  "moorage:foundation": "foundation-dev",
  "moorage:services": { web: { repository: "hello", port: 8080 } },
};

export const smallConfig = parseConfig(smallSettings, "test");

/** What commands of that project run with; the engine and AWS are the test's. */
export function smallContext(
  records: RecordStore,
  outside: { engine: () => Promise<unknown>; aws: object },
): Context {
  const context = {
    reporter: silentReporter,
    signal: new AbortController().signal,
    project: "hello",
    owner: thisOwner({}),
    target: { overlay: {}, backendUrl: "file:///nowhere", engineEnv: {} },
    records,
    ...outside,
  };
  return context as unknown as Context;
}
