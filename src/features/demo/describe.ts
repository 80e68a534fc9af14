import Table from "cli-table3";
import { plain } from "../../core/table.js";
import type { DemoResult } from "./demo.js";

/** The journey as a timeline for people. */
export function describeDemo({ steps, durationMs, home, leftOut = [] }: DemoResult): string {
  const table = new Table({ ...plain, head: ["seconds", "what happened", "seen"], colAligns: ["right"] });
  for (const { name, outcome, durationMs: took } of steps)
    table.push([(took / 1000).toFixed(1), name, outcome]);
  const end = home === null ? "Nothing is left behind." : `Kept: MOORAGE_HOME=${home} moorage local status`;
  const missing = leftOut.map((one) => `Left out: ${one}\n`).join("");
  return `${table.toString()}\n${missing}Done in ${(durationMs / 1000).toFixed(1)} s. ${end}\n`;
}
