import colours from "picocolors";
import Table from "cli-table3";
import { inText } from "../../publish/comment/escape.js";
import type { PlannedRelease } from "./plan.js";
import type { ReleasePlan } from "./release-plan.js";
import { shownCell } from "../../../core/shown.js";
import { plain } from "../../../core/table.js";

/** A train for people: what is deployed from where, what waits, what is left to them. */
export function describeTrain({ stops, manual, reason }: ReleasePlan): string {
  if (stops.length + manual.length === 0) return `${reason ?? "Nothing is deployed."}\n`;
  const table = new Table({ ...plain, head: ["ENVIRONMENT", "FROM", "TAG", "GATE"] });
  for (const { environment, from, tag, gate } of [...stops, ...manual]) {
    table.push([colours.bold(shownCell(environment)), ...[from ?? "-", tag, gate].map(shownCell)]);
  }
  return `${table.toString()}\n${reason === undefined ? "" : `${reason}\n`}`;
}

/** The release plan as Markdown for the job summary; branches and tags are escaped. */
export function trainSummary({ stops, manual, reason, tag }: ReleasePlan & { tag: string }): string {
  const head = `## Release plan of ${inText(tag)}`;
  if (stops.length + manual.length === 0) return `${head}\n\n${inText(reason ?? "Nothing is deployed.")}`;
  const rows = [...stops, ...manual].map(
    ({ environment, from, tag: to, gate }) =>
      `| \`${environment}\` | ${from ?? "-"} | ${inText(to)} | ${gate} |`,
  );
  const table = ["| environment | promoted from | tag | gate |", "| --- | --- | --- | --- |", ...rows];
  const byHand = manual.length > 0 ? "\n\n`manual`: a person starts the workflow Deploy." : "";
  return `${head}\n\n${table.join("\n")}${byHand}`;
}

/** What the jobs that follow read: `environments` is a matrix's `include`, one environment after another. */
export function planOutputs({ stops, manual, build, tag, asks }: PlannedRelease): Record<string, string> {
  return {
    environments: JSON.stringify(stops),
    manual: JSON.stringify(manual.map(({ environment }) => environment)),
    asks: JSON.stringify(stops.filter(({ environment }) => asks.includes(environment))),
    deploys: String(stops.length > 0),
    build: build ?? "",
    tag,
  };
}
