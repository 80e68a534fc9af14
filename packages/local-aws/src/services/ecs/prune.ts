import type { Tables } from "./rows.js";
import { isInUse } from "./task-definitions.js";

/** AWS shows stopped tasks and deleted services for about an hour. */
const shownMs = 3_600_000;
/** A crash loop does not fill the disk: so many stopped tasks of one service are kept. */
const mostStopped = 100;

/** Forgets stopped tasks, deleted services with what belonged to them, and task definitions in deletion that nothing uses. */
export function prune(tables: Tables, now: number): void {
  const stopped = Object.values(tables.tasks)
    .filter(({ lastStatus }) => lastStatus === "STOPPED")
    .sort((a, b) => (b.stoppedAt ?? 0) - (a.stoppedAt ?? 0));
  const seen = new Map<string, number>();
  for (const task of stopped) {
    const count = (seen.get(task.group) ?? 0) + 1;
    seen.set(task.group, count);
    if (count > mostStopped || (task.stoppedAt ?? 0) < now - shownMs)
      Reflect.deleteProperty(tables.tasks, task.arn);
  }
  for (const service of Object.values(tables.services))
    if (service.deletedAt !== undefined && service.deletedAt < now - shownMs)
      forgetService(tables, service.arn);
  for (const { arn, status } of Object.values(tables.taskDefinitions))
    if (status === "DELETE_IN_PROGRESS" && !isInUse(tables, arn))
      Reflect.deleteProperty(tables.taskDefinitions, arn);
}

/** With its revisions and service deployments. */
export function forgetService(tables: Tables, arn: string): void {
  Reflect.deleteProperty(tables.services, arn);
  for (const table of [tables.revisions, tables.operations])
    for (const row of Object.values(table))
      if (row.serviceArn === arn) Reflect.deleteProperty(table, row.arn);
}
