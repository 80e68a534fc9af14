import { describe, expect, it } from "vitest";
import { flappingGuard } from "../../../../src/features/deploy/rollout/flapping.js";
import type { RolloutFacts, TaskFact } from "../../../../src/adapters/aws/rollout-facts.js";
import type { Verdict } from "../../../../src/features/deploy/rollout/verdict.js";

const succeeded: Verdict = { outcome: "succeeded", deploymentId: "ecs-svc/1" };
const deadline = 60_000;

function crashed(count: number, taskDefinition = "web:2"): RolloutFacts {
  const task: TaskFact = {
    id: "1",
    taskDefinition,
    lastStatus: "STOPPED",
    desiredStatus: "STOPPED",
    digest: undefined,
    stoppedReason: "Essential container in task exited",
    stopCode: "EssentialContainerExited",
    exitCode: 4,
  };
  return { service: undefined, serviceDeployments: [], tasks: Array.from({ length: count }, () => task) };
}

describe("F22: a rollout that has completed", () => {
  it("is a success at once when no task of it crashed", () => {
    const guard = flappingGuard("web:2", 2_000);
    expect(guard(succeeded, crashed(0), 0, deadline)).toBe(succeeded);
    expect(flappingGuard("web:2", 2_000)(succeeded, crashed(3, "web:1"), 0, deadline)).toBe(succeeded);
  });

  it("is one when some crashed, and then none for a while", () => {
    const guard = flappingGuard("web:2", 2_000);
    expect(guard(succeeded, crashed(1), 1_000, deadline)).toBe("settling");
    expect(guard(succeeded, crashed(2), 2_500, deadline)).toBe("settling");
    expect(guard(succeeded, crashed(2), 4_400, deadline)).toBe("settling");
    expect(guard(succeeded, crashed(2), 4_500, deadline)).toBe(succeeded);
  });

  it("is a failure when its tasks crash on until the bound", () => {
    const guard = flappingGuard("web:2", 2_000);
    for (let now = 0; now < deadline; now += 1_000) {
      expect(guard(succeeded, crashed(1 + now / 1_000), now, deadline)).toBe("settling");
    }
    expect(guard(succeeded, crashed(99), deadline, deadline)).toMatchObject({
      outcome: "failed",
      kind: "flapping",
      reasons: [
        expect.stringContaining("again and again"),
        expect.stringContaining("exit code 4"),
      ] as unknown[],
    });
  });

  it("lets every other verdict pass", () => {
    const failed: Verdict = { outcome: "failed", kind: "timeout", reasons: [], deploymentId: undefined };
    expect(flappingGuard("web:2", 2_000)(failed, crashed(1), 0, deadline)).toBe(failed);
  });
});
