import Table from "cli-table3";
import { tookSeconds } from "../../core/durations.js";
import { shownCell } from "../../core/shown.js";
import { plain } from "../../core/table.js";
import type { HistoryRow } from "../../adapters/record/history.js";

/** A history for people. */
export function describeHistory(environment: string, rows: readonly HistoryRow[]): string {
  if (rows.length === 0) return `${environment} was never deployed.\n`;
  const table = new Table({ ...plain, head: ["started", "tag", "result", "good", "took", "by", "why"] });
  for (const row of rows) {
    const cells = [
      row.startedAt,
      row.imageTag,
      row.result,
      row.good ? (row.withdrawn ? "withdrawn" : "yes") : "",
      tookSeconds(row.startedAt, row.endedAt),
      row.by,
      whyOf(row),
    ];
    table.push(cells.map(shownCell));
  }
  return `${table.toString()}\n`;
}

function whyOf({ reason, rolledBackFrom, despite }: HistoryRow): string {
  if (reason !== undefined) return reason.split("\n")[0] ?? "";
  if (rolledBackFrom !== undefined) return `rolled back from ${rolledBackFrom}`;
  return despite === undefined ? "" : `not run well before: ${despite}`;
}
