import type { Rules, TaskFact } from "./model.js";

/**
 * Whether a task counts as healthy: when the checks of its essential containers and the load balancer say so, and without
 * either after its settling time.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html (minimumHealthyPercent)
 */
export function isHealthy(task: TaskFact, rules: Rules, now: number): boolean {
  if (task.phase !== "running") return false;
  if (task.containers !== undefined && task.containers !== "HEALTHY") return false;
  if (rules.targetGroups.length > 0) return task.health === "healthy";
  return task.containers === "HEALTHY" || settledAt(task, rules) <= now;
}

/** Whether the load balancer or a container's check calls it unhealthy and its grace period is over. */
export function isUnhealthy(task: TaskFact, rules: Rules, now: number): boolean {
  return task.phase === "running" && isFailing(task) && graceEnds(task, rules) <= now;
}

export function isFailing({ health, containers }: TaskFact): boolean {
  return health === "unhealthy" || containers === "UNHEALTHY";
}

export function settledAt(task: TaskFact, rules: Rules): number {
  return (task.startedAt ?? task.createdAt) + rules.settleMs;
}

/** AWS's grace period after the start; from when the task listens, at this target's pace. */
export function graceEnds(task: TaskFact, rules: Rules): number {
  const bound = (task.startedAt ?? task.createdAt) + rules.bootGraceMs;
  return task.listeningAt === undefined ? bound : Math.min(bound, task.listeningAt + rules.graceMs);
}
