import type { Progress } from "./verdict.js";
import type { RolloutFacts, SidecarFact, TaskFact } from "../../../adapters/aws/rollout-facts.js";

const eventLimit = 5;

/** Why tasks of a task definition stopped, each reason once with its count, then the service's last events. */
export function failureReasons({ service, tasks }: RolloutFacts, taskDefinition: string): string[] {
  const counts = new Map<string, number>();
  for (const task of tasks) {
    const reason = task.taskDefinition === taskDefinition ? stopReason(task) : undefined;
    if (reason !== undefined) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const stopped = [...counts].map(([reason, count]) => `${count} stopped: ${reason}`);
  return [...stopped, ...(service?.events ?? []).slice(0, eventLimit)];
}

/** The tasks that wait to be placed or for their image, by the state that they are in. */
export function waitingTasks({ tasks }: RolloutFacts, taskDefinition: string): string[] {
  const states = tasks
    .filter((task) => task.taskDefinition === taskDefinition && task.desiredStatus === "RUNNING")
    .map(({ lastStatus }) => lastStatus)
    .filter((status) => status === "PROVISIONING" || status === "PENDING");
  return [...new Set(states)].map((state) => {
    const count = states.filter((other) => other === state).length;
    return `${count} never left ${state}`;
  });
}

/**
 * Why a task failed; undefined for one that did not: ECS stopping it to make room says nothing about the app. Fargate takes
 * long from the last container's end to STOPPED; the code is there before.
 */
export function stopReason(task: TaskFact): string | undefined {
  const { lastStatus, stopCode, stoppedReason, exitCode } = task;
  if (lastStatus !== "STOPPED" && stopCode === undefined) return undefined;
  if (stopCode === "ServiceSchedulerInitiated" && !/health/i.test(stoppedReason ?? "")) return undefined;
  const spot = stopCode === "SpotInterruption" ? "Fargate Spot took the capacity back: " : "";
  const exit = exitCode === undefined ? [] : [`exit code ${exitCode}`];
  const details = [...exit, ...toBlame(task).map(describeSidecar)];
  const detail = details.length === 0 ? "" : ` (${details.join("; ")})`;
  return `${spot}${stoppedReason ?? stopCode ?? "no reason given"}${detail}`;
}

/** Codes from here on say that a signal ended a process: the others are ended so when one container fails. */
const signalled = 128;

/** Sidecars that a task ended by (F55), and none where the app ended by itself. */
function toBlame({
  exitCode = signalled,
  stoppedReason = "",
  sidecars = [],
}: TaskFact): readonly SidecarFact[] {
  if (/health/i.test(stoppedReason)) return sidecars.filter(({ isUnhealthy }) => isUnhealthy);
  if (exitCode < signalled) return [];
  return sidecars.filter(
    ({ exitCode: code = signalled, reason }) => code < signalled || reason !== undefined,
  );
}

function describeSidecar({ name, exitCode, reason, isUnhealthy }: SidecarFact): string {
  const said = [
    ...(isUnhealthy ? ["UNHEALTHY"] : []),
    ...(reason === undefined ? [] : [reason]),
    ...(exitCode === undefined ? [] : [`exit code ${exitCode}`]),
  ];
  return `${name}: ${said.join(", ")}`;
}

/** Whose output tells why a task failed: a container's name; undefined for the app's. */
export function failedContainer(task: TaskFact): string | undefined {
  const blamed = toBlame(task);
  if (task.isUnhealthy === true) return undefined;
  return (blamed.find(({ exitCode }) => exitCode !== 0) ?? blamed[0])?.name;
}

/** `2 of 3 tasks running, 1 pending, 1 failed`. */
export function describeProgress({ desired, running, pending, failed, rollingBack }: Progress): string {
  const parts = [
    `${running} of ${desired} tasks running`,
    ...(pending > 0 ? [`${pending} pending`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(rollingBack ? ["ECS is rolling back"] : []),
  ];
  return parts.join(", ");
}
