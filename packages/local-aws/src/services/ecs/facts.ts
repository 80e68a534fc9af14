import type { TargetGroups } from "../../ports.js";
import { isPending } from "./clusters.js";
import type { TaskFact } from "./core/model.js";
import type { TaskDefinitionRow, TaskRow } from "./rows.js";
import { taskHealth } from "./task-health.js";

/** What the scheduler is told of a task. */
export function factOf(
  task: TaskRow,
  targetGroups: TargetGroups,
  definition: TaskDefinitionRow["definition"] | undefined,
): TaskFact {
  return {
    id: task.id,
    deployment: task.startedBy ?? "",
    phase: phaseOf(task),
    createdAt: task.createdAt,
    startedAt: task.startedAt,
    listeningAt: task.listeningAt,
    registered: task.registered,
    containers: taskHealth(task, definition),
    ...healthOf(task, targetGroups),
  };
}

function phaseOf({ lastStatus, desiredStatus }: TaskRow): TaskFact["phase"] {
  if (desiredStatus === "STOPPED") return "stopping";
  return isPending(lastStatus) ? "pending" : "running";
}

/** Healthy in all its target groups, or unhealthy in one. */
function healthOf({ targets }: TaskRow, targetGroups: TargetGroups): Pick<TaskFact, "health" | "fault"> {
  const states = targets.map((target) => ({
    target,
    health: targetGroups.exists(target.group)
      ? targetGroups.health(target.group, { id: "127.0.0.1", port: target.port })
      : undefined,
  }));
  const bad = states.find(({ health }) => health?.state === "unhealthy");
  if (bad) {
    const reason = bad.health?.description ?? bad.health?.reason ?? "Health checks failed";
    return {
      health: "unhealthy",
      fault: { targetGroup: bad.target.group, port: bad.target.containerPort, reason },
    };
  }
  const good = states.length > 0 && states.every(({ health }) => health?.state === "healthy");
  return { health: good ? "healthy" : "unknown" };
}
