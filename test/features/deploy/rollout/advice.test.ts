import { describe, expect, it } from "vitest";
import { adviceOn } from "../../../../src/features/deploy/rollout/advice.js";

const group = "(target-group arn:aws:elasticloadbalancing:us-east-1:111111111111:targetgroup/web/1)";

describe("the next thing to do about a failed rollout", () => {
  it.each([
    ["3 stopped: Essential container in task exited (exit code 3)", "The app exited by itself"],
    ["3 stopped: OutOfMemoryError: Container killed due to memory usage (exit code 137)", "out of memory"],
    [
      `3 stopped: Task failed ELB health checks in ${group} (exit code 143)`,
      "does not answer its health check",
    ],
    [
      `(service web) (port 8080) is unhealthy in ${group} due to (reason Request timed out). Health checks timed out`,
      "security group must allow it",
    ],
    [
      "3 stopped: Task failed ELB health checks: nothing listens on port 4",
      "listen on the port that PORT names",
    ],
    ["CannotPullContainerError: ref hello@sha256:1: not found", "gone from its registry"],
    ["CannotPullContainerError: dial tcp 10.0.0.1:443: i/o timeout", "need NAT, VPC endpoints"],
    ["CannotPullContainerError: pull access denied, insufficient_scope", "execution role needs"],
    [
      "ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve secret arn:x",
      "does not exist, or its execution role may not read it",
    ],
    ["ResourceInitializationError: failed to invoke EFS utils", "could not be set up"],
    ["Fargate Spot took the capacity back: SpotInterruption", "took its capacity back"],
    ["2 never left PENDING", "wait for their image"],
    ["2 never left PROVISIONING", "no room for the tasks"],
    [
      "(service web) was unable to place a task. Reason: Capacity is unavailable at this time.",
      "no room for the tasks",
    ],
    ["The service is INACTIVE.", "Fix what the reasons name"],
  ])("%s", (reason, next) => {
    const circuitBreaker =
      "Service deployment rolled back because the circuit breaker threshold was exceeded.";
    expect(adviceOn([circuitBreaker, reason, "(service web) has reached a steady state."])).toContain(next);
  });
});
