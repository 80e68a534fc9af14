import type { TaskFact, Turn } from "./model.js";
import { eventMessages } from "./event-messages.js";

/** Stops tasks: they leave the load balancer first, and no longer count as running. Tells it in ECS's order. */
export function stop(turn: Turn, tasks: TaskFact[], reason: (task: TaskFact) => string): void {
  if (tasks.length === 0) return;
  const { state, events } = turn;
  for (const task of tasks)
    if (task.health === "unhealthy" && task.fault)
      events.push(eventMessages.unhealthy(state.name, task.id, task.fault));
  for (const { id, containers } of tasks)
    if (containers === "UNHEALTHY") events.push(eventMessages.unhealthyContainer(state.name, id));
  const registered = tasks.filter((task) => task.registered).length;
  if (registered > 0) {
    events.push(eventMessages.draining(state.name, registered));
    for (const group of state.rules.targetGroups)
      events.push(eventMessages.deregistered(state.name, registered, group));
  }
  for (const task of tasks) turn.actions.push({ kind: "stop", id: task.id, reason: reason(task) });
  const started = tasks.filter(({ phase }) => phase === "running");
  const ids = started.map(({ id }) => id);
  if (started.length > 0) events.push(...eventMessages.stopped(state.name, ids));
  if (started.length < tasks.length)
    events.push(eventMessages.stoppedPending(state.name, tasks.length - started.length));
  const gone = new Set(tasks);
  turn.tasks = turn.tasks.map((task) => (gone.has(task) ? { ...task, phase: "stopping" } : task));
}
