import { isSameBytes } from "../release/rollback.js";
import type { Deployment, StackRecord } from "./record.js";

const limit = 50;

/** The history with one deployment more: at most 50, of which the newest good one never falls out. */
export function withDeployment(history: readonly Deployment[], deployment: Deployment): Deployment[] {
  const all = [...history, deployment];
  const kept = all.slice(-limit);
  const good = lastGood(all);
  return good === undefined || kept.includes(good) ? kept : [good, ...kept.slice(1)];
}

/** The newest deployment whose rollout and smoke test both passed, and that nobody went back from. */
export function lastGood(history: readonly Deployment[]): Deployment | undefined {
  return history.findLast(({ good, withdrawn }) => good && withdrawn !== true);
}

/**
 * The history once somebody has gone back to the bytes of `digests`: what ran well after them is withdrawn, so that the
 * next rollback goes further back.
 */
export function withdrawAfter(history: readonly Deployment[], digests: Record<string, string>): Deployment[] {
  const target = history.findLastIndex(({ good, digests: there }) => good && isSameBytes(there, digests));
  return history.map((deployment, index) =>
    index > target && deployment.good ? { ...deployment, withdrawn: true } : deployment,
  );
}

/** A run that was killed leaves its deployment running: it becomes a failed one. Other records stay as they are. */
export function settleLost(record: StackRecord, now: Date): StackRecord {
  const { running, ...rest } = record;
  if (running === undefined) return record;
  const { restoring, ...begun } = running;
  const lost: Deployment = {
    ...begun,
    result: "failed",
    good: false,
    endedAt: now.toISOString(),
    reason: `The run ended without a word${restoring === undefined ? "" : `, while it put ${restoring} back`}.`,
  };
  return { ...rest, status: "failed", history: withDeployment(record.history, lost) };
}

/** One row of `history --json`. */
export interface HistoryRow extends Omit<Deployment, "result" | "endedAt"> {
  result: Deployment["result"] | "running";
  /** Null while it runs. */
  endedAt: string | null;
}

/** Newest first; `ownerGone` tells whether the run that holds the stack is known to be dead. */
export function historyRows(record: StackRecord, ownerGone: boolean, now: Date): HistoryRow[] {
  const { running, history } = ownerGone ? settleLost(record, now) : record;
  const rows: HistoryRow[] = [...history].reverse();
  if (running === undefined) return rows;
  return [{ ...running, result: "running", good: false, endedAt: null }, ...rows];
}
