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
      row.reason?.split("\n")[0] ?? (row.rolledBackFrom ? `rolled back from ${row.rolledBackFrom}` : ""),
    ]);
  }
  return `${table.toString()}\n`;
}

function tookOf({ startedAt, endedAt }: HistoryRow): string {
  return endedAt === null ? "" : `${((Date.parse(endedAt) - Date.parse(startedAt)) / 1000).toFixed(1)} s`;
}
