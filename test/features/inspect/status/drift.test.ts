import { describe, expect, it } from "vitest";
import { driftOf, type ServiceState } from "../../../../src/features/inspect/status/drift.js";

describe("F34: drift", () => {
  const state: ServiceState = {
    name: "web",
    taskDefinition: "task-definition/web:2",
    runningTaskDefinition: "task-definition/web:2",
    desiredCount: 2,
    wanted: { min: 2, max: 2 },
  };
  it.each<[string, Partial<ServiceState>, string[]]>([
    ["none", {}, []],
    ["scaled by hand", { desiredCount: 0 }, ["web wants 0 tasks, configured are 2."]],
    ["scaled by autoscaling", { desiredCount: 7, wanted: { min: 2, max: 9 } }, []],
    [
      "scaled out of bounds",
      { desiredCount: 12, wanted: { min: 2, max: 9 } },
      ["web wants 12 tasks, configured are 2 to 9."],
    ],
    ["another revision", { runningTaskDefinition: "task-definition/web:1" }, ["web runs web:1, not web:2."]],
    ["nothing known to run", { runningTaskDefinition: undefined }, []],
  ])("%s", (_title, change, drift) => {
    expect(driftOf({ ...state, ...change })).toEqual(drift);
  });
});
