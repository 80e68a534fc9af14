import { decidePreview, type PreviewPolicy } from "./decision.js";
import { isExpired } from "./expiry.js";
import { pullRequestOf } from "../../core/project/preview-names.js";
import { hasLabel, type PullReading, type PullRequest } from "../../adapters/github/pull-request.js";

/** A stack of the project that is there: by its record, by resources that carry its name and tags, or by both. */
export interface LiveStack {
  stack: string;
  /** Undefined for resources that belong to no stack that is remembered. */
  record?: RememberedStack;
}

/** What is remembered of a stack, as far as a sweep looks at it. */
export interface RememberedStack {
  /** ISO 8601. */
  expiresAt?: string;
  /** Why its record cannot be read. */
  unreadable?: { code: string; message: string };
  /** Who works on it now, in a few words. */
  lockedBy?: string;
  /** The newer version of Moorage that it is of. */
  newer?: string;
  /** A person's reason to leave it as it is. */
  frozen?: string;
  /** `owner/name` of the pull request. */
  repository?: string;
}

export interface SweepPolicy extends PreviewPolicy {
  /** `owner/name`, where the pull requests were read. */
  repository: string;
  /** The label that keeps a preview from expiring. */
  persist: string;
}

/** The decision about one preview, and why. Its JSON form is stable. */
export interface SweepChoice {
  pr: number;
  stack: string;
  action: "keep" | "destroy";
  /** For programs. */
  why:
    | "wanted"
    | "persist"
    | "unreadable"
    | "record-unreadable"
    | "locked"
    | "renewed"
    | "frozen"
    | "newer"
    | "elsewhere"
    | "unrecorded"
    | "unwanted"
    | "missing"
    | "expired";
  /** For people: a sentence without its full stop. */
  reason: string;
  /** Its resources belong to no stack that is remembered. */
  orphaned: boolean;
}

type Verdict = Pick<SweepChoice, "action" | "why" | "reason">;

/** Whether somebody deployed a preview between a look at its record and the moment in which it was held. */
export function isRenewed(
  seen: { updatedAt: string } | undefined,
  held: { updatedAt: string; exists: boolean },
): boolean {
  return seen === undefined ? held.exists : seen.updatedAt !== held.updatedAt;
}

/**
 * Chooses the previews that go: those whose pull request was read and calls for none, and expired ones. Everything that
 * is not known keeps a preview (F12, F13): a pull request that could not be read, somebody at work, another repository.
 * Only `pr-<N>` is ever chosen (F36). Ordered by number.
 */
export function chooseSweep(
  stacks: readonly LiveStack[],
  readings: ReadonlyMap<number, PullReading>,
  policy: SweepPolicy,
  now: Date,
): SweepChoice[] {
  return stacks
    .flatMap(({ stack, record }) => {
      const pr = pullRequestOf(stack);
      if (pr === undefined) return [];
      const verdict = untouchable(record, policy) ?? judge(readings.get(pr), record, policy, now);
      return [{ pr, stack, ...verdict, orphaned: record === undefined }];
    })
    .sort((a, b) => a.pr - b.pr);
}

function keep(why: SweepChoice["why"], reason: string): Verdict {
  return { action: "keep", why, reason };
}

function destroy(why: SweepChoice["why"], reason: string): Verdict {
  return { action: "destroy", why, reason };
}

function untouchable(record: RememberedStack | undefined, policy: SweepPolicy): Verdict | undefined {
  const { repository, lockedBy, frozen, newer, unreadable } = record ?? {};
  if (unreadable !== undefined) return keep("record-unreadable", "its record cannot be read");
  if (newer !== undefined)
    return keep("newer", `${newer} wrote its record, in a format that this version does not know`);
  if (repository !== undefined && repository.toLowerCase() !== policy.repository.toLowerCase()) {
    return keep("elsewhere", `its pull request is in ${repository}`);
  }
  if (lockedBy !== undefined) return keep("locked", `a run is working on it: ${lockedBy}`);
  if (frozen !== undefined) return keep("frozen", `a person locked it: ${frozen}`);
  return undefined;
}

function judge(
  reading: PullReading | undefined,
  record: RememberedStack | undefined,
  policy: SweepPolicy,
  now: Date,
): Verdict {
  if (reading === undefined) return keep("unreadable", "its pull request was not read");
  switch (reading.kind) {
    case "unreadable":
      return keep("unreadable", `its pull request could not be read: ${reading.why}`);
    case "missing":
      return destroy("missing", `${policy.repository} has no such pull request`);
    case "read":
      return ofPull(reading.pull, record, policy, now);
  }
}

function ofPull(
  pull: PullRequest,
  record: RememberedStack | undefined,
  policy: SweepPolicy,
  now: Date,
): Verdict {
  const decision = decidePreview(pull, policy);
  if (decision.action === "destroy") return destroy("unwanted", decision.reason);
  // Its record may be where this run does not look: then what looks like a leftover is a preview at work.
  if (record === undefined) {
    return keep(
      "unrecorded",
      "its pull request wants it, but no record is known here: deploy it again, or destroy it",
    );
  }
  if (!isExpired(record.expiresAt, now))
    return keep("wanted", `pull request ${String(pull.number)} wants it`);
  const since = `it expired ${record.expiresAt ?? ""}`;
  if (hasLabel(pull, policy.persist)) return keep("persist", `${since}, but is labelled ${policy.persist}`);
  return destroy("expired", since);
}
