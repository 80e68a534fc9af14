import { describe, expect, it } from "vitest";
import { startReason } from "../../../../src/features/deploy/rollout/start-reason.js";

describe("what ECS must be asked for beside the engine", () => {
  const service = (taskDefinition: string, rolloutState: string) => ({
    status: "ACTIVE",
    desiredCount: 1,
    runningCount: 1,
    pendingCount: 0,
    events: [],
    deployments: [
      {
        id: "ecs-svc/1",
        status: "PRIMARY",
        taskDefinition,
        rolloutState,
        rolloutStateReason: undefined,
        desiredCount: 1,
        runningCount: 1,
        pendingCount: 0,
        failedTasks: 0,
      },
    ],
  });
  it.each([
    ["nothing where it runs what is wanted", service("a/web:2", "COMPLETED"), false, undefined],
    ["nothing where it is on the way", service("a/web:2", "IN_PROGRESS"), false, undefined],
    ["new tasks by force", service("a/web:2", "COMPLETED"), true, "new tasks were asked for"],
    [
      "F4: another try of a first deployment",
      service("a/web:2", "FAILED"),
      false,
      "its last deployment failed",
    ],
    [
      "F34: what was moved by hand",
      service("a/web:1", "COMPLETED"),
      false,
      "it runs web:1, deployed was web:2",
    ],
    ["nothing where there is no service", undefined, true, undefined],
  ])("%s", (_title, facts, force, reason) => {
    expect(startReason(facts, "a/web:2", force)).toBe(reason);
  });
});
