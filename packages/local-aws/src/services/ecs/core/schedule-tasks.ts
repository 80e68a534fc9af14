import { createHash } from "node:crypto";
import { bounds } from "./bounds.js";
import { isHealthy, isUnhealthy } from "./health.js";
import { complain, unhealthyReason } from "./apply-events.js";
import type { Deployment, TaskFact, Turn } from "./model.js";
import { stop } from "./stop.js";
import { reasons, eventMessages } from "./event-messages.js";

/** The tasks that count (not stopping), told apart. */
interface Count {
  /** Of the PRIMARY deployment: fit ones (healthy or on their way), and ones that were healthy and are not any more. */
  fit: TaskFact[];
  frail: TaskFact[];
  /** Of the others: once healthy ones, and ones that never were. */
  old: TaskFact[];
  unprovenOld: TaskFact[];
  /** How many of all are healthy now. */
  healthy: number;
  total: number;
}

/** Moves the service towards its desired count of PRIMARY tasks, within the minimum and the maximum. */
export function scheduleTasks(turn: Turn, primary: Deployment): void {
  const stalled = primary.rollout === "FAILED";
  if (!stalled) stop(turn, count(turn, primary).unprovenOld, scaling(primary));
  const waiting = primary.throttle.until > turn.now;
  const missing = stalled || waiting ? 0 : Math.max(0, turn.state.desired - count(turn, primary).fit.length);
  const { maximum } = bounds(turn.state.desired, turn.state.rules);
  makeRoom(turn, primary, missing - Math.max(0, maximum - count(turn, primary).total));
  const room = Math.max(0, maximum - count(turn, primary).total);
  start(turn, primary, Math.min(missing, room));
  if (!stalled) retire(turn, primary);
  scaleIn(turn, primary);
  if (missing > 0 && room === 0) tellBlocked(turn);
}

function count(turn: Turn, primary: Deployment): Count {
  const { state, now } = turn;
  const active = turn.tasks.filter(({ phase }) => phase !== "stopping");
  const mine = active.filter(({ deployment }) => deployment === primary.id);
  const others = active.filter(({ deployment }) => deployment !== primary.id);
  const isFrail = (task: TaskFact) => isUnhealthy(task, state.rules, now);
  return {
    fit: mine.filter((task) => !isFrail(task)),
    frail: mine.filter(isFrail),
    old: others.filter(({ id }) => state.proven[id]),
    unprovenOld: others.filter(({ id }) => !state.proven[id]),
    healthy: active.filter((task) => isHealthy(task, state.rules, now)).length,
    total: active.length,
  };
}

/** Where the maximum leaves no room for missing tasks: unhealthy ones go first, then healthy old ones down to the minimum. */
function makeRoom(turn: Turn, primary: Deployment, wanted: number): void {
  if (wanted <= 0) return;
  const { state, now } = turn;
  const { frail, old, healthy } = count(turn, primary);
  const sick = [...frail, ...old.filter((task) => !isHealthy(task, state.rules, now))].slice(0, wanted);
  stop(turn, sick, (task) =>
    isUnhealthy(task, state.rules, now) ? unhealthyReason(task) : scaling(primary)(task),
  );
  const spare = Math.max(0, healthy - bounds(state.desired, state.rules).minimum);
  const well = old.filter((task) => isHealthy(task, state.rules, now));
  stop(turn, well.slice(0, Math.min(spare, wanted - sick.length)), scaling(primary));
}

/** Stops what the PRIMARY deployment has replaced: healthy old tasks beyond the desired count, and unhealthy ones. */
function retire(turn: Turn, primary: Deployment): void {
  const { state, now } = turn;
  const { fit, frail, old, healthy } = count(turn, primary);
  const well = old.filter((task) => isHealthy(task, state.rules, now));
  const surplus = Math.max(0, Math.min(healthy - state.desired, well.length));
  stop(turn, well.slice(0, surplus), scaling(primary));
  const replaced = fit.filter((task) => isHealthy(task, state.rules, now)).length >= state.desired;
  if (!replaced) return;
  stop(turn, frail, unhealthyReason);
  stop(
    turn,
    old.filter((task) => !well.includes(task)),
    scaling(primary),
  );
}

/** PRIMARY tasks beyond the desired count: those that are not healthy yet go first, then the newest. */
function scaleIn(turn: Turn, primary: Deployment): void {
  const { state, now } = turn;
  const { fit, healthy } = count(turn, primary);
  const extra = fit.length - state.desired;
  if (extra <= 0) return;
  const rank = (task: TaskFact) => (isHealthy(task, state.rules, now) ? 1 : 0);
  const order = [...fit].sort((a, b) => rank(a) - rank(b) || b.createdAt - a.createdAt).slice(0, extra);
  const spare = Math.max(0, healthy - bounds(state.desired, state.rules).minimum);
  const unwell = order.filter((task) => rank(task) === 0);
  const well = order.filter((task) => rank(task) === 1).slice(0, spare);
  stop(turn, [...unwell, ...well], scaling(primary));
}

function start(turn: Turn, primary: Deployment, wanted: number): void {
  const { state, now } = turn;
  if (wanted <= 0) return;
  const ids = Array.from({ length: wanted }, (_, index) => taskId(state.seed, state.started + index));
  state.started += wanted;
  for (const id of ids) turn.actions.push({ kind: "start", deployment: primary.id, id });
  turn.tasks = [...turn.tasks, ...ids.map((id) => pending(id, primary.id, now))];
  turn.events.push(...eventMessages.started(state.name, ids));
}

function pending(id: string, deployment: string, now: number): TaskFact {
  return { id, deployment, phase: "pending", createdAt: now, registered: false, health: "unknown" };
}

/** Neither stopping nor starting is possible, and nothing is under way that could change it. */
function tellBlocked(turn: Turn): void {
  const { state, now } = turn;
  const waiting = turn.tasks.some((task) => task.phase === "stopping" || !isHealthy(task, state.rules, now));
  if (!waiting && turn.actions.length === 0) complain(turn, eventMessages.blocked(state.name));
}

function scaling(primary: Deployment): (task: TaskFact) => string {
  return () => reasons.scaling(primary.id);
}

/** 32 hexadecimal digits, as ECS's task ids. */
function taskId(seed: string, number: number): string {
  return createHash("sha256").update(`${seed}/${number}`).digest("hex").slice(0, 32);
}
