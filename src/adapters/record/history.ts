import { purposeOf } from "./purpose.js";
import { isSameBytes } from "./choose-rollback.js";
import type { Deployment, StackRecord } from "./record.js";

const limit = 50;
/** How many releases stay in a history whatever else has to go: a rollback may need them. */
export const keptReleases = 10;

/** The history with one deployment more: at most 50, among them always what `neededForRollback` names. */
export function withDeployment(history: readonly Deployment[], deployment: Deployment): Deployment[] {
  let kept = [...history, withShortTexts(deployment)];
  while (kept.length > limit) kept = withoutOldest(kept) ?? kept.slice(1);
  return kept;
}

/** UTF-8 bytes of a text that people or apps have written: a log in it would fill the record. */
const textLimit = 2_048;

/** The deployment, its texts cut at a length (UTF-8 bytes) that a record has room for. */
export function withShortTexts(deployment: Deployment, limit = textLimit): Deployment {
  const { reason, despite } = deployment;
  return {
    ...deployment,
    ...(reason !== undefined && { reason: cutText(reason, limit) }),
    ...(despite !== undefined && { despite: cutText(despite, limit) }),
  };
}

/** Ends a text at a length in UTF-8 bytes. */
export function cutText(text: string, limit: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= limit) return text;
  const mark = "...";
  // A character that the cut goes through is left out.
  const kept = new TextDecoder().decode(bytes.subarray(0, limit - mark.length), { stream: true });
  return `${kept}${mark}`;
}

/** The history without the oldest deployment that no rollback needs; undefined where each one is needed. */
export function withoutOldest(history: readonly Deployment[], most = keptReleases): Deployment[] | undefined {
  const needed = new Set([history.at(-1), ...neededForRollback(history, most)]);
  const oldest = history.findIndex((deployment) => !needed.has(deployment));
  return oldest < 0 ? undefined : history.filter((_, index) => index !== oldest);
}

/**
 * What a rollback may go to: the newest good deployment of each of the last releases (distinct bytes) that ran well and
 * that nobody rolled back from. Oldest first.
 */
export function neededForRollback(history: readonly Deployment[], most = keptReleases): Deployment[] {
  const good = history.filter((deployment) => deployment.good);
  const standing = good.filter(
    (deployment, index) =>
      deployment.withdrawn !== true &&
      !good.slice(index + 1).some(({ digests }) => isSameBytes(digests, deployment.digests)),
  );
  return standing.slice(-most);
}

/** The newest deployment whose rollout and smoke test both passed, and that nobody rolled back from. */
export function lastGood(history: readonly Deployment[]): Deployment | undefined {
  return history.findLast(({ good, withdrawn }) => good && withdrawn !== true);
}

/**
 * The history once somebody has gone back to the bytes of `digests`: what was deployed well after them is withdrawn, so
 * that the next rollback goes further back. What a rollback brought back keeps its old place: going from it to a release
 * that is newer undoes that rollback, and withdraws nothing older. Services that only one side has (added or removed
 * since) decide nothing; bytes that never ran well here withdraw nothing.
 */
export function withdrawAfter(history: readonly Deployment[], digests: Record<string, string>): Deployment[] {
  const exact = placeOf(history, digests, isSameBytes);
  const target = exact >= 0 ? exact : placeOf(history, digests, isSameWhereShared);
  if (target < 0) return [...history];
  const isNewer = (deployment: Deployment) => placeOf(history, deployment.digests, isSameBytes) > target;
  return history.map((deployment, index) =>
    index > target && deployment.good && isNewer(deployment)
      ? { ...deployment, withdrawn: true }
      : deployment,
  );
}

/** Where bytes were deployed well last; of those that only rollbacks are left of, where they ran last. -1: nowhere. */
function placeOf(
  history: readonly Deployment[],
  digests: Record<string, string>,
  isMatch: typeof isSameBytes,
): number {
  const ranWell = (past: Deployment) => past.good && isMatch(past.digests, digests);
  const deployed = history.findLastIndex((past) => purposeOf(past) !== "rollback" && ranWell(past));
  return deployed >= 0 ? deployed : history.findLastIndex(ranWell);
}

function isSameWhereShared(one: Record<string, string>, other: Record<string, string> = {}): boolean {
  const shared = Object.keys(one).filter((service) => service in other);
  return shared.length > 0 && shared.every((service) => one[service] === other[service]);
}

/** A run that was killed leaves its deployment running: it becomes a failed one. Other records stay as they are. */
export function failAbandonedRun(record: StackRecord, now: Date): StackRecord {
  const { running, ...rest } = record;
  if (running === undefined) return record;
  const { restoring, ...begun } = running;
  const lost: Deployment = {
    ...begun,
    result: "failed",
    good: false,
    lost: true,
    endedAt: now.toISOString(),
    reason: `The run was killed${restoring === undefined ? "" : ` while it rolled back to ${restoring}`}.`,
  };
  const isRollback = purposeOf(begun) === "rollback";
  const before = isRollback ? withdrawAfter(record.history, begun.digests) : record.history;
  return { ...rest, status: "failed", history: withDeployment(before, lost) };
}

/** One row of `history --json`. */
export interface HistoryRow extends Omit<Deployment, "result" | "endedAt"> {
  result: Deployment["result"] | "running";
  /** Null while it runs. */
  endedAt: string | null;
}

/** Newest first; `ownerGone` tells whether the run that holds the stack is known to be dead. */
export function historyRows(record: StackRecord, ownerGone: boolean, now: Date): HistoryRow[] {
  const { running, history } = ownerGone ? failAbandonedRun(record, now) : record;
  const rows: HistoryRow[] = [...history].reverse();
  if (running === undefined) return rows;
  return [{ ...running, result: "running", good: false, endedAt: null }, ...rows];
}
