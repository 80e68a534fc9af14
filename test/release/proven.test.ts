import { expect, it } from "vitest";
import { environmentBefore, unproven } from "../../src/release/proven.js";

const environments = ["dev", "prod", "staging"];

it.each([
  ["prod", "staging"],
  ["staging", undefined],
  ["dev", undefined],
])("before %s comes %s", (environment, before) => {
  expect(environmentBefore(environment, ["staging", "prod"], environments)).toBe(before);
});

it("an environment that the project does not have proves nothing", () => {
  expect(environmentBefore("prod", ["staging", "prod"], ["dev", "prod"])).toBeUndefined();
});

const run = (good: boolean, web: string, api = "a1") => ({ good, digests: { web, api } });

it("bytes are proven by any good run, here or there, service by service", () => {
  expect(unproven({ web: "w1", api: "a1" }, [], [run(true, "w1")])).toEqual([]);
  expect(unproven({ web: "w1", api: "a1" }, [run(true, "w1")], [])).toEqual([]);
  expect(unproven({ web: "w2", api: "a1" }, [run(true, "w1")], [run(false, "w2")])).toEqual(["web"]);
  expect(unproven({ web: "w1", api: "a1" }, [], [])).toEqual(["api", "web"]);
});
