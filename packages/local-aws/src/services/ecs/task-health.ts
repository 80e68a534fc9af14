import type { ContainerHealth } from "../../tasks/health-check.js";
import type { TaskDefinitionRow, TaskRow } from "./rows.js";

/**
 * A task's health by the checks of its essential containers: of one that fails, else of one that has not said anything yet.
 * Undefined where none has a check. Source: HealthCheck, "healthStatus values for a task".
 */
export function taskHealth(
  task: Pick<TaskRow, "containers">,
  definition: TaskDefinitionRow["definition"] | undefined,
): ContainerHealth | undefined {
  const checked = (definition?.containerDefinitions ?? []).filter(
    ({ essential, healthCheck }) => essential !== false && healthCheck !== undefined,
  );
  if (checked.length === 0) return undefined;
  const each = checked.map(
    ({ name }) => task.containers.find((container) => container.name === name)?.health ?? "UNKNOWN",
  );
  if (each.includes("UNHEALTHY")) return "UNHEALTHY";
  return each.includes("UNKNOWN") ? "UNKNOWN" : "HEALTHY";
}
