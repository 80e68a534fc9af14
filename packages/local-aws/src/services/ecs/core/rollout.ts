import type { Deployment, Operation, OperationStatus, ServiceState, Turn } from "./model.js";
import { unthrottled } from "./throttle.js";
import { reasons, eventMessages } from "./event-messages.js";

export interface NewDeployment {
  /** `ecs-svc/...`. */
  id: string;
  revision: string;
  /** ARN of the service deployment. */
  operation: string;
}

/** Starts a deployment: it becomes PRIMARY, and the service deployment that was under way is superseded (F2). */
export function begin(state: ServiceState, next: NewDeployment, now: number): ServiceState {
  const deployment: Deployment = {
    id: next.id,
    revision: next.revision,
    status: "PRIMARY",
    rollout: "IN_PROGRESS",
    reason: reasons.inProgress(next.id),
    failedTasks: 0,
    throttle: unthrottled,
    createdAt: now,
    updatedAt: now,
  };
  const others = state.deployments.map((other) => ({ ...other, status: "ACTIVE" as const }));
  return {
    ...state,
    deployments: [deployment, ...others],
    operation: operationOf(state, next, now),
    steady: false,
    complaint: undefined,
  };
}

function operationOf(state: ServiceState, next: NewDeployment, now: number): Operation {
  return {
    arn: next.operation,
    deployment: next.id,
    target: next.revision,
    sources: state.deployments.map((deployment) => deployment.revision),
    status: "IN_PROGRESS",
    breaker: { status: state.rules.breaker.enable ? "MONITORING" : "DISABLED", failures: 0 },
    createdAt: now,
    startedAt: now,
    updatedAt: now,
  };
}

/** Ends the service deployment under way, if one is. */
export function ended(
  operation: Operation | undefined,
  status: OperationStatus,
  statusReason: string | undefined,
  now: number,
): Operation | undefined {
  if (operation === undefined || operation.finishedAt !== undefined) return operation;
  const breaker = { ...operation.breaker };
  if (breaker.status === "MONITORING") breaker.status = "MONITORING_COMPLETE";
  return {
    ...operation,
    status,
    statusReason,
    breaker,
    updatedAt: now,
    finishedAt: now,
    ...(status === "STOPPED" && { stoppedAt: now }),
  };
}

/** The deployment that a failed one is rolled back to: the most recent that is COMPLETED. */
export function rollbackTarget(state: ServiceState): Deployment | undefined {
  return state.deployments.find(({ rollout }) => rollout === "COMPLETED");
}

/** The circuit breaker's verdict on the PRIMARY deployment: FAILED, and rolled back where there is something to roll back to. */
export function trip(turn: Turn): void {
  const { state, now } = turn;
  const primary = state.deployments[0];
  if (primary === undefined) return;
  fail(turn, primary, reasons.tripped);
  if (state.operation) state.operation.breaker = { status: "TRIGGERED", failures: primary.failedTasks };
  const wasRollback = state.operation?.status === "ROLLBACK_IN_PROGRESS";
  const target = state.rules.breaker.rollback ? rollbackTarget(state) : undefined;
  if (target) return rollBack(turn, target, reasons.thresholdExceeded, reasons.trippedBack(target.id));
  if (wasRollback) state.operation = ended(state.operation, "ROLLBACK_FAILED", reasons.rollbackFailed, now);
  else if (state.rules.breaker.rollback)
    state.operation = ended(state.operation, "ROLLBACK_FAILED", reasons.nothingToRollBackTo, now);
  else state.operation = ended(state.operation, "STOPPED", reasons.stoppedByBreaker, now);
}

/** Carries out what StopServiceDeployment asked for. */
export function obeyStopRequest(turn: Turn): void {
  const { state, now } = turn;
  const primary = state.deployments[0];
  if (primary === undefined) return;
  if (state.operation?.status === "STOP_REQUESTED") {
    fail(turn, primary, reasons.stopRequested);
    state.operation = ended(state.operation, "STOPPED", reasons.stopRequested, now);
  }
  const target = rollbackTarget(state);
  if (state.operation?.status === "ROLLBACK_REQUESTED" && target) {
    fail(turn, primary, reasons.rollbackRequested);
    rollBack(turn, target, reasons.rollbackRequested, reasons.requestedBack(target.id));
  }
}

function fail(turn: Turn, primary: Deployment, reason: string): void {
  primary.rollout = "FAILED";
  primary.reason = reason;
  primary.updatedAt = turn.now;
  const why = reason === reasons.tripped ? "tasks failed to start." : reason;
  turn.events.push(eventMessages.failed(turn.state.name, primary.id, why));
}

function rollBack(turn: Turn, target: Deployment, why: string, rolloutReason: string): void {
  const { state, now } = turn;
  for (const deployment of state.deployments) deployment.status = "ACTIVE";
  Object.assign(target, {
    status: "PRIMARY",
    rollout: "IN_PROGRESS",
    reason: rolloutReason,
    failedTasks: 0,
    throttle: unthrottled,
    updatedAt: now,
  });
  state.deployments = [target, ...state.deployments.filter((deployment) => deployment !== target)];
  if (state.operation) {
    state.operation.status = "ROLLBACK_IN_PROGRESS";
    state.operation.statusReason = why;
    state.operation.rollback = { reason: why, startedAt: now, revision: target.revision };
    state.operation.updatedAt = now;
  }
  turn.events.push(eventMessages.rollingBack(state.name, target.id));
}

/** The PRIMARY deployment has all its tasks and the others are gone. */
export function complete(turn: Turn, primary: Deployment): void {
  const { state, now } = turn;
  primary.rollout = "COMPLETED";
  primary.reason = reasons.completed(primary.id);
  primary.updatedAt = now;
  state.deployments = [primary];
  const wasRollback = state.operation?.status === "ROLLBACK_IN_PROGRESS";
  state.operation = ended(
    state.operation,
    wasRollback ? "ROLLBACK_SUCCESSFUL" : "SUCCESSFUL",
    wasRollback ? state.operation?.statusReason : undefined,
    now,
  );
  turn.events.push(eventMessages.completed(state.name, primary.id));
}
