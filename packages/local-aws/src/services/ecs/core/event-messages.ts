import type { TaskFact } from "./model.js";

/** At most so many tasks are named in one event, as ECS launches and stops them in batches. */
const batch = 10;

/**
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html, and what services in use say
 * where that page is silent.
 */
export const eventMessages = {
  started: (service: string, ids: string[]) =>
    batches(ids).map((part) => `(service ${service}) has started ${part.length} tasks: ${named(part)}.`),
  stopped: (service: string, ids: string[]) =>
    batches(ids).map(
      (part) => `(service ${service}) has stopped ${part.length} running tasks: ${named(part)}.`,
    ),
  stoppedPending: (service: string, count: number) => `(service ${service}) stopped ${count} pending tasks.`,
  registered: (service: string, count: number, targetGroup: string) =>
    `(service ${service}) registered ${count} targets in (target-group ${targetGroup})`,
  deregistered: (service: string, count: number, targetGroup: string) =>
    `(service ${service}) deregistered ${count} targets in (target-group ${targetGroup})`,
  draining: (service: string, count: number) =>
    `(service ${service}) has begun draining connections on ${count} tasks.`,
  unhealthy: (service: string, id: string, fault: NonNullable<TaskFact["fault"]>) =>
    `(service ${service}) (task ${id}) (port ${fault.port}) is unhealthy in (target-group ${fault.targetGroup}) due to (reason ${fault.reason})`,
  unhealthyContainer: (service: string, id: string) =>
    `(service ${service}) (task ${id}) failed container health checks.`,
  steady: (service: string) => `(service ${service}) has reached a steady state.`,
  completed: (service: string, deployment: string) =>
    `(service ${service}) (deployment ${deployment}) deployment completed.`,
  failed: (service: string, deployment: string, why: string) =>
    `(service ${service}) (deployment ${deployment}) deployment failed: ${why}`,
  rollingBack: (service: string, deployment: string) =>
    `(service ${service}) rolling back to deployment ${deployment}.`,
  unplaced: (service: string, reason: string) =>
    `(service ${service}) was unable to place a task. Reason: ${reason}`,
  inconsistent: (service: string) =>
    `(service ${service}) is unable to consistently start tasks successfully.`,
  blocked: (service: string) =>
    `(service ${service}) was unable to stop or start tasks during a deployment because of the service deployment configuration. Update the minimumHealthyPercent or maximumPercent value and try again.`,
};

/** What DescribeTasks and DescribeServices say. */
export const reasons = {
  scaling: (deployment: string) => `Scaling activity initiated by (deployment ${deployment})`,
  unhealthy: (targetGroup: string) => `Task failed ELB health checks in (target-group ${targetGroup})`,
  unhealthyContainer: "Task failed container health checks",
  inProgress: (deployment: string) => `ECS deployment ${deployment} in progress.`,
  completed: (deployment: string) => `ECS deployment ${deployment} completed.`,
  tripped: "ECS deployment circuit breaker: tasks failed to start.",
  trippedBack: (deployment: string) =>
    `ECS deployment circuit breaker: rolling back to deploymentId ${deployment}.`,
  requestedBack: (deployment: string) => `ECS deployment rolling back to deploymentId ${deployment}.`,
  thresholdExceeded: "Service deployment rolled back because the circuit breaker threshold was exceeded.",
  stoppedByBreaker: "Service deployment stopped because the circuit breaker threshold was exceeded.",
  nothingToRollBackTo: "No rollback candidate was found to run the rollback.",
  rollbackFailed: "Rollback failed because the circuit breaker threshold was exceeded.",
  rollbackRequested: "Service deployment rolled back because of a StopServiceDeployment request.",
  stopRequested: "Service deployment stopped because of a StopServiceDeployment request.",
  superseded: "Service deployment stopped because a newer service deployment was started.",
  deleted: "Service deployment stopped because the service was deleted.",
};

function batches(ids: string[]): string[][] {
  const parts: string[][] = [];
  for (let index = 0; index < ids.length; index += batch) parts.push(ids.slice(index, index + batch));
  return parts;
}

function named(ids: string[]): string {
  return ids.map((id) => `(task ${id})`).join(" ");
}
