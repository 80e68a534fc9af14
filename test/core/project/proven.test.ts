import { expect, it } from "vitest";
import { environmentBefore, unproven, withdrawnServices } from "../../../src/core/project/proven.js";

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

it("correctness 12, F44: what somebody rolled back from proves nothing, until it has run well again", () => {
  const withdrawn = (web: string) => ({ ...run(true, web, `a-${web}`), withdrawn: true });
  const v2 = { web: "w2" };
  expect(unproven(v2, [], [run(true, "w1"), withdrawn("w2")])).toEqual(["web"]);
  // Neither an earlier run of the same bytes, nor one that failed since, makes up for it.
  expect(unproven(v2, [], [run(true, "w2"), run(true, "w1"), withdrawn("w2"), run(false, "w2")])).toEqual([
    "web",
  ]);
  expect(unproven(v2, [], [withdrawn("w2"), run(true, "w2")])).toEqual([]);
  // What this environment itself runs well it may be given again; what it rolled back from too, it may not.
  expect(unproven(v2, [run(true, "w2")], [withdrawn("w2")])).toEqual([]);
  expect(unproven(v2, [withdrawn("w2")], [withdrawn("w2")])).toEqual(["web"]);
});

it("F44: tells what was gone back from apart from what never ran", () => {
  const history = [run(true, "w1"), { ...run(true, "w2", "a2"), withdrawn: true }];
  expect(withdrawnServices({ web: "w2", api: "a1", jobs: "j1" }, history)).toEqual(["web"]);
});
