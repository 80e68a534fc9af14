import { describe, expect, it } from "vitest";
import { diffInputs, projectInputs } from "../../src/provider/diff.js";
import { UNKNOWN, type Properties } from "../../src/provider/values.js";

const changed = (before: Properties, after: Properties, ...replaces: string[]) =>
  Object.fromEntries(diffInputs(before, after, new Set(replaces)));

describe("what differs between state and program", () => {
  it.each<[string, Properties, Properties]>([
    ["nothing", { a: 1, b: { c: [1, 2] } }, { b: { c: [1, 2] }, a: 1 }],
    ["the order of a set", { subnets: ["a", "b"] }, { subnets: ["b", "a"] }],
    ["the order of an object's keys in a list", { rules: [{ a: 1, b: 2 }] }, { rules: [{ b: 2, a: 1 }] }],
  ])("%s is no change", (_what, before, after) => {
    expect(changed(before, after)).toEqual({});
  });

  it("names the path, the kind and whether it replaces", () => {
    expect(
      changed(
        { name: "a", healthCheck: { path: "/", port: "1" }, tags: { a: "1" }, old: true },
        { name: "b", healthCheck: { path: "/h", port: "1" }, tags: { a: "1", b: "2" } },
        "name",
      ),
    ).toEqual({
      name: { kind: "update", replace: true },
      "healthCheck.path": { kind: "update", replace: false },
      "tags.b": { kind: "add", replace: false },
      old: { kind: "delete", replace: false },
    });
  });

  it("a change within what forces a replacement forces one", () => {
    expect(changed({ a: { b: 1 } }, { a: { b: 2 } }, "a")).toEqual({
      "a.b": { kind: "update", replace: true },
    });
    expect(changed({ a: { b: 1 } }, { a: { b: 2 } }, "a.b")).toEqual({
      "a.b": { kind: "update", replace: true },
    });
  });

  it("a value that is not yet known counts as changed", () => {
    expect(changed({ vpcId: "vpc-1" }, { vpcId: UNKNOWN }, "vpcId")).toEqual({
      vpcId: { kind: "update", replace: true },
    });
  });
});

describe("inputs as the live resource has them", () => {
  it("leaves out what the program never set", () => {
    expect(
      projectInputs({ healthCheck: { path: "/" } }, { healthCheck: { path: "/", interval: 30 }, arn: "x" }),
    ).toEqual({ healthCheck: { path: "/" } });
  });

  it("shows what was changed behind Pulumi's back, in depth", () => {
    expect(
      projectInputs(
        { desiredCount: 2, actions: [{ type: "forward", targetGroupArn: "a" }] },
        { desiredCount: 5, actions: [{ type: "forward", order: 1, targetGroupArn: "b" }] },
      ),
    ).toEqual({ desiredCount: 5, actions: [{ type: "forward", targetGroupArn: "b" }] });
  });

  it("keeps the program's order of a set, and what AWS does not report", () => {
    expect(projectInputs({ subnets: ["b", "a"], skipDestroy: true }, { subnets: ["a", "b"] })).toEqual({
      subnets: ["b", "a"],
      skipDestroy: true,
    });
  });
});
