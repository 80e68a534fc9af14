import { badRequest } from "../errors.js";
import { actionsCutByLimit, cutByLimit } from "./permission-boundary.js";
import type { PolicyStatement } from "./policy-statements.js";

/** A service or a job that states what its code may do. */
export interface StatedTask {
  /** `moorage:services.web`. */
  where: string;
  statements: readonly PolicyStatement[];
  /** What it may do to what has no ARN yet. */
  actions?: readonly string[];
  /** ARN of its tasks' role. */
  role: string;
}

interface Limits {
  partition: string;
  /** The permissions boundary of the environment's roles, where there is one. */
  boundary: { arn: string; policy: string } | undefined;
}

/** Raises `statements-cut` (exit 2), which names all of them, for statements that would allow nothing. */
export function checkStated(
  stack: string,
  tasks: readonly StatedTask[],
  { partition, boundary }: Limits,
): void {
  const lines = tasks.flatMap(({ where, statements, actions = [], role }) => {
    const cut = boundary === undefined ? [] : cutByLimit(statements, boundary.policy, role);
    const nowhere = boundary === undefined ? [] : actionsCutByLimit(actions, boundary.policy, role);
    return [
      ...elsewhere(statements, partition).map(
        (resource) => `${where}: ${resource} is in another partition than ${stack}, which is in ${partition}`,
      ),
      ...cut.map(
        ({ action, resource, why }) =>
          `${where}: ${action} on ${resource}: ${why}, in ${boundary?.arn ?? ""}`,
      ),
      ...nowhere.map(
        (action) => `${where}: ${action}: it is not allowed on anything, in ${boundary?.arn ?? ""}`,
      ),
    ];
  });
  if (lines.length === 0) return;
  throw badRequest(
    "statements-cut",
    `${stack} is not deployed: its statements would allow nothing:\n${lines.map((line) => `  - ${line}`).join("\n")}`,
    "Correct `statements`, or let an administrator add to `statements` in moorage:tasks of the foundation and run `moorage infra up` (of a boundary of your own: change that policy).",
  );
}

function elsewhere(statements: readonly PolicyStatement[], partition: string): string[] {
  const resources = statements.flatMap((statement) => statement.resources);
  return resources.filter((resource) => {
    const [, named = "*"] = resource.split(":");
    return resource !== "*" && !/[*?]/.test(named) && named !== partition;
  });
}
