import { sha256 } from "../install/archive.js";
import type { Comparison } from "../init/compare.js";

/** What an upgrade does to a file that `init` wrote, or would write now. */
export type Verdict =
  | "created"
  | "unchanged"
  /** It is as it was written: nobody's work is lost. */
  | "replaced"
  /** The team has changed it since. */
  | "edited"
  /** The team has removed it. */
  | "left out";

/** `written` is the hash of what was written last; undefined for a file that is new. */
export function judgeFile({ state, found }: Comparison, written: string | undefined): Verdict {
  if (state === "same") return "unchanged";
  if (found === undefined) return written === undefined ? "created" : "left out";
  return written !== undefined && sha256(found) === written ? "replaced" : "edited";
}

/** What an earlier version wrote, and this one does not: it goes, unless the team has made it its own. */
export function judgeStale(found: Buffer | undefined, written: string): "gone" | "removed" | "edited" {
  if (found === undefined) return "gone";
  return sha256(found) === written ? "removed" : "edited";
}
