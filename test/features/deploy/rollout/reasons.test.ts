import { describe, expect, it } from "vitest";
import type { SidecarFact, TaskFact } from "../../../../src/adapters/aws/rollout-facts.js";
import { failedContainer, stopReason } from "../../../../src/features/deploy/rollout/reasons.js";

const stopped: TaskFact = {
  id: "1",
  taskDefinition: "web:1",
  lastStatus: "STOPPED",
  desiredStatus: "STOPPED",
  digest: undefined,
  stopCode: "EssentialContainerExited",
  stoppedReason: "Essential container in task exited",
  exitCode: 3,
};
const sidecar = (changes: Partial<SidecarFact>): SidecarFact => ({
  name: "agent",
  exitCode: undefined,
  reason: undefined,
  isUnhealthy: false,
  ...changes,
});
const unhealthy = {
  stopCode: "ServiceSchedulerInitiated",
  stoppedReason: "Task failed container health checks",
  exitCode: 143,
};

describe("F55: why a task stopped", () => {
  it.each<[string, Partial<TaskFact>, string, string | undefined]>([
    ["the app's own exit", {}, "Essential container in task exited (exit code 3)", undefined],
    [
      "the app's exit, which ended its sidecar",
      { sidecars: [sidecar({ exitCode: 143 })] },
      "Essential container in task exited (exit code 3)",
      undefined,
    ],
    [
      "a sidecar's exit, which ended the app",
      { exitCode: 143, sidecars: [sidecar({ name: "init", exitCode: 0 }), sidecar({ exitCode: 7 })] },
      "Essential container in task exited (exit code 143; init: exit code 0; agent: exit code 7)",
      "agent",
    ],
    [
      "a sidecar that ran out of memory",
      { exitCode: 143, sidecars: [sidecar({ exitCode: 137, reason: "OutOfMemoryError" })] },
      "Essential container in task exited (exit code 143; agent: OutOfMemoryError, exit code 137)",
      "agent",
    ],
    [
      "an unhealthy sidecar",
      { ...unhealthy, sidecars: [sidecar({ exitCode: 137, isUnhealthy: true })] },
      "Task failed container health checks (exit code 143; agent: UNHEALTHY, exit code 137)",
      "agent",
    ],
    [
      "the app's own health",
      { ...unhealthy, isUnhealthy: true, sidecars: [sidecar({ exitCode: 137 })] },
      "Task failed container health checks (exit code 143)",
      undefined,
    ],
  ])("%s", (_title, changes, reason, container) => {
    const task = { ...stopped, ...changes };
    expect(stopReason(task)).toBe(reason);
    expect(failedContainer(task)).toBe(container);
  });
});
