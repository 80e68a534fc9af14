import colours from "picocolors";
import Table from "cli-table3";
import type { Train } from "../release/train.js";
import { plain } from "../table.js";

/** A train for people: what is deployed from where, what waits, what is left to them. */
export function describeTrain({ stops, manual, reason }: Train): string {
  if (stops.length + manual.length === 0) return `${reason ?? "Nothing is deployed."}\n`;
  const table = new Table({ ...plain, head: ["ENVIRONMENT", "FROM", "TAG", "GATE"] });
  for (const { environment, from, tag, gate } of [...stops, ...manual]) {
    table.push([colours.bold(environment), from ?? "-", tag, gate]);
  }
  return `${table.toString()}\n${reason === undefined ? "" : `${reason}\n`}`;
}

/** What the jobs that follow read: `environments` is a matrix's `include`, one environment after another. */
export function outputsOf({ stops, manual, build, tag }: Train & { tag: string }): Record<string, string> {
  return {
    environments: JSON.stringify(stops),
    manual: JSON.stringify(manual.map(({ environment }) => environment)),
    deploys: String(stops.length > 0),
    build: build ?? "",
    tag,
  };
}
