import Table from "cli-table3";
import type { SweepChoice } from "./choose-sweep.js";
import { shownCell } from "../../core/shown.js";
import { plain } from "../../core/table.js";

/** The result for one preview. */
export interface SweptPreview extends SweepChoice {
  /** Undefined where nothing was to be done, or only said. */
  result?: "destroyed" | "absent" | "failed";
  /** Why it failed. */
  error?: { code: string; message: string };
}

/** The stable JSON of `preview sweep`. */
export interface Swept {
  dryRun: boolean;
  previews: SweptPreview[];
  destroyed: number;
  kept: number;
  failed: number;
}

export function sweptOf(previews: readonly SweptPreview[], dryRun: boolean): Swept {
  const sorted = previews.toSorted((a, b) => a.pr - b.pr);
  const count = (matches: (one: SweptPreview) => boolean) => previews.filter(matches).length;
  return {
    dryRun,
    previews: sorted,
    destroyed: count(({ result }) => result === "destroyed" || result === "absent"),
    kept: count(({ action, result }) => action === "keep" && result !== "failed"),
    failed: count(({ result }) => result === "failed"),
  };
}

/** For people. */
export function describeSwept({ dryRun, previews, destroyed, kept, failed }: Swept): string {
  if (previews.length === 0) return "No previews.\n";
  const table = new Table({ ...plain, head: ["PR", dryRun ? "would" : "did", "why"] });
  for (const { pr, action, reason, orphaned, result, error } of previews) {
    const did = result === "failed" ? "not destroyed" : result === "absent" ? "was gone" : action;
    const why = orphaned ? `${reason} (leftover resources without a stack)` : reason;
    table.push([pr, did, error ? `${why}; ${error.message.split("\n")[0] ?? ""}` : why].map(shownCell));
  }
  const going = previews.filter(({ action }) => action === "destroy").length;
  const sum = dryRun
    ? `${String(going)} would be destroyed, ${String(kept)} would be kept.`
    : `${String(destroyed)} gone, ${String(kept)} kept, ${String(failed)} failed.`;
  return `${table.toString()}\n${sum}\n`;
}
