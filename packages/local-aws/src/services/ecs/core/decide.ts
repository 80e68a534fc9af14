import { scheduleTasks } from "./schedule-tasks.js";
import { graceEnds, isFailing, isHealthy, settledAt } from "./health.js";
import { applyEvents } from "./apply-events.js";
import type { Decision, Deployment, Facts, ServiceState, Turn } from "./model.js";
import { complete, ended, obeyStopRequest } from "./rollout.js";
import { stop } from "./stop.js";
import { reasons, eventMessages } from "./event-messages.js";

/**
 * The service scheduler: what to start, stop and say, given what is known. Pure; the caller carries the actions out and
 * asks again when a task or a target changes, and at `wakeAt`.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html
 */
export function decide(before: ServiceState, facts: Facts, now: number): Decision {
  const turn: Turn = { state: structuredClone(before), tasks: facts.tasks, now, actions: [], events: [] };
  if (before.status === "ACTIVE") run(turn, facts);
  if (before.status === "DRAINING") drain(turn, facts);
  return { state: turn.state, actions: turn.actions, events: turn.events, wakeAt: wakeAt(turn) };
}

function run(turn: Turn, facts: Facts): void {
  applyEvents(turn, facts.exits);
  obeyStopRequest(turn);
  const primary = turn.state.deployments[0];
  if (primary === undefined) return;
  scheduleTasks(turn, primary);
  prune(turn, primary);
  settle(turn, primary);
}

/** Ends a rollout whose tasks are all healthy and whose old tasks are gone, and tells the steady state once. */
function settle(turn: Turn, primary: Deployment): void {
  const { state, tasks, now } = turn;
  const settled =
    tasks.length === state.desired &&
    tasks.every((task) => task.deployment === primary.id && isHealthy(task, state.rules, now)) &&
    turn.actions.length === 0;
  if (settled && primary.rollout === "IN_PROGRESS") complete(turn, primary);
  const steady = settled && primary.rollout === "COMPLETED";
  if (steady && !state.steady) turn.events.push(eventMessages.steady(state.name));
  state.steady = steady;
}

/** Old deployments go with their last task, except the one that a rollback would need. */
function prune(turn: Turn, primary: Deployment): void {
  const { state } = turn;
  const kept = state.deployments.find(({ rollout }) => rollout === "COMPLETED");
  const inUse = new Set(turn.tasks.map(({ deployment }) => deployment));
  state.deployments = state.deployments.filter(
    (deployment) => deployment === primary || deployment === kept || inUse.has(deployment.id),
  );
}

/** A deleted service stops all its tasks, and is INACTIVE when they are gone. */
function drain(turn: Turn, facts: Facts): void {
  const { state, now } = turn;
  const primary = state.deployments[0];
  stop(
    turn,
    facts.tasks.filter(({ phase }) => phase !== "stopping"),
    () => reasons.scaling(primary?.id ?? state.name),
  );
  if (turn.tasks.length > 0) return;
  state.status = "INACTIVE";
  state.deployments = [];
  state.proven = {};
  state.operation = ended(state.operation, "STOPPED", reasons.deleted, now);
}

function wakeAt(turn: Turn): number | undefined {
  const { state, now } = turn;
  if (state.status !== "ACTIVE") return undefined;
  const times = state.deployments.slice(0, 1).map(({ throttle }) => throttle.until);
  for (const task of turn.tasks) {
    if (task.phase !== "running") continue;
    if (isFailing(task)) times.push(graceEnds(task, state.rules));
    if (state.rules.targetGroups.length === 0) times.push(settledAt(task, state.rules));
  }
  const future = times.filter((time) => time > now);
  return future.length > 0 ? Math.min(...future) : undefined;
}
