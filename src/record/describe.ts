import Table from "cli-table3";
import { plain } from "../table.js";
import type { HistoryRow } from "./history.js";

/** A history for people. */
export function describeHistory(environment: string, rows: readonly HistoryRow[]): string {
  if (rows.length === 0) return `${environment} was never deployed.\n`;
  const table = new Table({ ...plain, head: ["started", "tag", "result", "good", "took", "by", "why"] });
  for (const row of rows) {
    table.push([
      row.startedAt,
      row.imageTag,
      row.result,
      row.good ? (row.withdrawn ? "withdrawn" : "yes") : "",
      tookOf(row),
      row.by,
      whyOf(row),
    ]);
  }
  return `${table.toString()}\n`;
}

function whyOf({ reason, rolledBackFrom, despite }: HistoryRow): string {
  if (reason !== undefined) return reason.split("\n")[0] ?? "";
  if (rolledBackFrom !== undefined) return `rolled back from ${rolledBackFrom}`;
  return despite === undefined ? "" : `not run well before: ${despite}`;
}

function tookOf({ startedAt, endedAt }: HistoryRow): string {
  return endedAt === null ? "" : `${((Date.parse(endedAt) - Date.parse(startedAt)) / 1000).toFixed(1)} s`;
}
