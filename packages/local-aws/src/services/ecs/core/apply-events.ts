import { failureThreshold } from "./bounds.js";
import { isHealthy, isUnhealthy } from "./health.js";
import type { Deployment, Exit, TaskFact, Turn } from "./model.js";
import { trip } from "./rollout.js";
import { stop } from "./stop.js";
import { throttled, unthrottled } from "./throttle.js";
import { reasons, eventMessages } from "./event-messages.js";

/** Rounds of tasks that never started after which ECS says that it cannot start them consistently. */
const inconsistentRounds = 3;

/** Takes in what happened since the last decision: exits, new targets, health. The circuit breaker judges each failure. */
export function applyEvents(turn: Turn, exits: Exit[]): void {
  for (const exit of exits) learnExit(turn, exit);
  tellDeregistered(turn, exits.filter(({ registered }) => registered).length);
  register(turn);
  for (const task of turn.tasks) learnHealth(turn, task);
  condemnHopeless(turn);
  forget(turn);
}

function learnExit(turn: Turn, exit: Exit): void {
  const { state, now } = turn;
  const deployment = state.deployments.find(({ id }) => id === exit.deployment);
  if (!exit.blamed || deployment === undefined) return;
  deployment.throttle = throttled(deployment, exit, state.rules, now);
  if (!exit.started) {
    complain(turn, eventMessages.unplaced(state.name, exit.reason));
    if (deployment.throttle.rounds >= inconsistentRounds)
      complain(turn, eventMessages.inconsistent(state.name));
  }
  countFailure(turn, deployment);
}

/** Counts towards the circuit breaker, which looks only at the deployment that is rolling out. */
function countFailure(turn: Turn, deployment: Deployment): void {
  const { state } = turn;
  if (deployment !== state.deployments[0] || deployment.rollout !== "IN_PROGRESS") return;
  deployment.failedTasks += 1;
  deployment.updatedAt = turn.now;
  if (state.operation) state.operation.breaker.failures = deployment.failedTasks;
  const { breaker } = state.rules;
  if (breaker.enable && deployment.failedTasks >= failureThreshold(state.desired, breaker.threshold))
    trip(turn);
}

function learnHealth(turn: Turn, task: TaskFact): void {
  const { state } = turn;
  if (state.proven[task.id] || !isHealthy(task, state.rules, turn.now)) return;
  state.proven[task.id] = true;
  const deployment = state.deployments.find(({ id }) => id === task.deployment);
  if (deployment === undefined) return;
  deployment.throttle = unthrottled;
  state.complaint = undefined;
  if (!state.rules.breaker.resetOnHealthyTask || deployment.rollout !== "IN_PROGRESS") return;
  deployment.failedTasks = 0;
  if (state.operation) state.operation.breaker.failures = 0;
}

function register(turn: Turn): void {
  const { targetGroups } = turn.state.rules;
  if (targetGroups.length === 0) return;
  const fresh = turn.tasks.filter(({ phase, registered }) => phase === "running" && !registered);
  if (fresh.length === 0) return;
  for (const { id } of fresh) turn.actions.push({ kind: "register", id });
  for (const group of targetGroups)
    turn.events.push(eventMessages.registered(turn.state.name, fresh.length, group));
}

/** A task that turned unhealthy before it was ever healthy is stopped at once; it is a failure of its deployment. */
function condemnHopeless(turn: Turn): void {
  const { state, now } = turn;
  const hopeless = turn.tasks.filter((task) => !state.proven[task.id] && isUnhealthy(task, state.rules, now));
  if (hopeless.length === 0) return;
  stop(turn, hopeless, unhealthyReason);
  for (const task of hopeless) {
    const deployment = state.deployments.find(({ id }) => id === task.deployment);
    if (deployment === undefined) continue;
    deployment.throttle = throttled(deployment, exitOf(task), state.rules, now);
    countFailure(turn, deployment);
  }
}

export function unhealthyReason(task: TaskFact): string {
  if (task.containers === "UNHEALTHY") return reasons.unhealthyContainer;
  return reasons.unhealthy(task.fault?.targetGroup ?? "unknown");
}

function exitOf(task: TaskFact): Exit {
  return { ...task, started: true, blamed: true, reason: unhealthyReason(task) };
}

function tellDeregistered(turn: Turn, count: number): void {
  if (count === 0) return;
  for (const group of turn.state.rules.targetGroups)
    turn.events.push(eventMessages.deregistered(turn.state.name, count, group));
}

/** ECS leaves an event out while it repeats the last complaint. */
export function complain(turn: Turn, text: string): void {
  if (turn.state.complaint === text) return;
  turn.state.complaint = text;
  turn.events.push(text);
}

function forget(turn: Turn): void {
  const alive = turn.tasks.filter(({ id }) => turn.state.proven[id]);
  turn.state.proven = Object.fromEntries(alive.map(({ id }) => [id, true as const]));
}
