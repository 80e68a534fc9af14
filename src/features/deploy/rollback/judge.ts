import type { MoorageError } from "../../../core/errors.js";
import { isSameBytes, isWithdrawn, type PastRelease } from "../../../adapters/record/choose-rollback.js";

/** What is known of a deployment that failed when something may be done about it. */
export interface Failure {
  code: MoorageError["code"];
  /** How far the engine came: it had changed nothing, something, or all that it had to. */
  engine: "unchanged" | "partial" | "done";
  /** Whether rollouts and smoke test were looked at to their end. */
  judged: boolean;
  /** `moorage:deployment.rollbackOnFailure`. */
  rollbackOnFailure: boolean;
  /** Another deployment replaced ours (F2). */
  superseded: boolean;
  /** Somebody wants no task (F3). */
  scaledToZero: boolean;
}

/** Failures of the engine after which it can be used again; after others its state is a person's to look at (F15, F30). */
const engineGoesOn = new Set<Failure["code"]>([
  "engine-failed",
  "engine-timeout",
  "program-failed",
  "cancelled",
]);

/** Why a failure is not rolled back automatically, in a sentence; undefined where it is. */
export function whyNotPutBack(failure: Failure): string | undefined {
  const { code, engine, judged, rollbackOnFailure, superseded, scaledToZero } = failure;
  if (!judged && engine === "unchanged") return "Nothing was changed.";
  if (!rollbackOnFailure) {
    return "Not rolled back: the configuration says so (deployment.rollbackOnFailure).";
  }
  if (!judged && engine === "partial" && !engineGoesOn.has(code)) {
    return "Not rolled back: somebody must check the engine's state first.";
  }
  if (!judged && engine === "done" && code !== "cancelled") {
    return "Not rolled back: the rollout's progress could not be read.";
  }
  if (superseded) return "Not rolled back: another deployment has taken over.";
  if (scaledToZero) return "Not rolled back: somebody has scaled the service to 0.";
  return undefined;
}

/**
 * The release that a failed deployment gives way to: the one that ran before it, where that ever ran well (also one that
 * somebody rolled back from in vain), else the newest that ran well. `history` is newest last.
 */
export function lastThatRanWell<Past extends PastRelease>(
  history: readonly Past[],
  before: Record<string, string> | undefined,
): Past | undefined {
  const ran = history.findLast(({ good, digests }) => good && isSameBytes(digests, before));
  return ran ?? history.findLast((past) => past.good && !isWithdrawn(history, past));
}
