import type { RolloutFacts } from "../../../adapters/aws/rollout-facts.js";
import { failureReasons, stopReason } from "./reasons.js";
import type { Verdict } from "./verdict.js";

/**
 * Holds a success back while tasks of its task definition crash: one healthy moment completes a rollout and resets ECS's
 * count, so that a flapping app never trips the circuit breaker (F22). A rollout in which no task crashed succeeds at
 * once; any other when none has crashed for `settleMs`, or fails at the deadline. Times are milliseconds of one clock.
 */
export function flappingGuard(taskDefinition: string, settleMs: number) {
  let crashes = 0;
  let since = 0;
  return (verdict: Verdict, facts: RolloutFacts, now: number, deadline: number): Verdict | "settling" => {
    if (verdict.outcome !== "succeeded") return verdict;
    const seen = crashesOf(facts, taskDefinition);
    if (seen !== crashes) [crashes, since] = [seen, now];
    if (seen === 0 || now - since >= settleMs) return verdict;
    if (now < deadline) return "settling";
    const reasons = ["Its tasks crash again and again.", ...failureReasons(facts, taskDefinition)];
    return { outcome: "failed", kind: "flapping", reasons, deploymentId: verdict.deploymentId };
  };
}

function crashesOf({ tasks }: RolloutFacts, taskDefinition: string): number {
  return tasks.filter((task) => task.taskDefinition === taskDefinition && stopReason(task) !== undefined)
    .length;
}
