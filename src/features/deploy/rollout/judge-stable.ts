import type { DeploymentFact, RolloutFacts, TaskFact } from "../../../adapters/aws/rollout-facts.js";
import { failureReasons } from "./reasons.js";
import type { Verdict } from "./verdict.js";

/** What a completed rollout is looked at again for. */
export interface Completed {
  taskDefinition: string;
  deploymentId: string;
  /** As they were when it was judged. */
  then: RolloutFacts;
}

/**
 * What became of a rollout since it was completed: a crash makes a failure of it, another deployment supersedes it (F2);
 * `missing` is a task that ran then and runs no more, without a word why. ECS calls a deployment completed at the first
 * healthy moment, and does not take it back when its tasks crash afterwards (F22).
 */
export function judgeSince(
  { taskDefinition, deploymentId, then }: Completed,
  now: RolloutFacts,
): Extract<Verdict, { outcome: "failed" | "superseded" }> | "quiet" | "missing" {
  const ours = now.tasks.filter((task) => task.taskDefinition === taskDefinition);
  const known = new Set(then.tasks.filter(isCrash).map(({ id }) => id));
  if (ours.some((task) => isCrash(task) && !known.has(task.id))) {
    const reasons = ["The rollout completed, then a task crashed.", ...failureReasons(now, taskDefinition)];
    return { outcome: "failed", kind: "crashed", reasons, deploymentId };
  }
  const primary = now.service?.deployments.find(({ status }) => status === "PRIMARY");
  if (primary && primary.id !== deploymentId) {
    // One that is older than ours is what ECS had shown before ours.
    const own = then.service?.deployments.find(({ id }) => id === deploymentId);
    if (isOlder(primary, own)) return "missing";
    return { outcome: "superseded", by: `${primary.id} (${primary.taskDefinition})`, deploymentId };
  }
  const ran = then.tasks.filter((task) => task.taskDefinition === taskDefinition && isRunning(task));
  const gone = ran.some(({ id }) => isGone(ours.find((task) => task.id === id)));
  return gone ? "missing" : "quiet";
}

/** Whether a task ended by its app's fault. What a person, the scheduler or Fargate Spot stopped did not crash. */
export function isCrash(task: TaskFact): boolean {
  if (task.stopCode === "EssentialContainerExited") return true;
  return task.stopCode === "ServiceSchedulerInitiated" && /health/i.test(task.stoppedReason ?? "");
}

function isOlder({ createdAt: one }: DeploymentFact, other: DeploymentFact | undefined): boolean {
  return one !== undefined && other?.createdAt !== undefined && one < other.createdAt;
}

function isRunning({ lastStatus }: TaskFact): boolean {
  return lastStatus === "RUNNING";
}

function isGone(task: TaskFact | undefined): boolean {
  return task === undefined || (!isRunning(task) && task.stopCode === undefined);
}
