import { type Purpose, purposeOf } from "./purpose.js";

/** An earlier deployment, as far as a rollback needs it. */
export interface PastRelease {
  imageTag: string;
  /** By service. */
  digests: Record<string, string>;
  /** Rollout and smoke test both passed. */
  good: boolean;
  /** A person rolled back from it. */
  withdrawn?: boolean;
  purpose?: Purpose;
  /** For a rollback: the tag that it rolled back. */
  rolledBackFrom?: string;
  /** Its run was killed. */
  lost?: boolean;
}

export type RollbackChoice<Past extends PastRelease> =
  | { found: Past }
  /** `none`: nothing ran well before. `failed`: what was named ran, but never well. `unknown`: it never ran here. */
  | { missing: "none" | "failed" | "unknown" };

/**
 * Where to go back to. Unless named (a tag, or a digest of any service, 12 of its digits or more): the newest deployment
 * whose rollout and smoke test both passed, that runs other bytes than those deployed now, and that nobody went back
 * from, so that a second rollback goes further back instead of forward again. After a rollback that was killed it goes to
 * the same release again (F7). `history` is newest last.
 */
export function chooseRollback<Past extends PastRelease>(
  history: readonly Past[],
  deployed: Record<string, string> | undefined,
  named: string | undefined,
): RollbackChoice<Past> {
  if (named !== undefined) return chooseNamed(history, named);
  const again = targetOfKilled(history);
  if (again && !isSameBytes(again.digests, deployed)) return { found: again };
  const found = history.findLast(
    (past) => past.good && !isSameBytes(past.digests, deployed) && !isWithdrawn(history, past),
  );
  return found ? { found } : { missing: "none" };
}

function targetOfKilled<Past extends PastRelease>(history: readonly Past[]): Past | undefined {
  const killed = history.at(-1);
  if (killed?.lost !== true || purposeOf(killed) !== "rollback") return undefined;
  return history.findLast((past) => past.good && isSameBytes(past.digests, killed.digests));
}

/** Whether a person rolled back from this image when it last ran well: earlier good runs of the same image do not count. */
export function isWithdrawn(
  history: readonly PastRelease[],
  { digests }: Pick<PastRelease, "digests">,
): boolean {
  const newest = history.findLast((past) => past.good && isSameBytes(past.digests, digests));
  return newest?.withdrawn === true;
}

function chooseNamed<Past extends PastRelease>(
  history: readonly Past[],
  named: string,
): RollbackChoice<Past> {
  const matching = history.filter((past) => isNamed(past, named));
  const found = matching.findLast(({ good }) => good);
  if (found) return { found };
  return { missing: matching.length > 0 ? "failed" : "unknown" };
}

function isNamed({ imageTag, digests }: PastRelease, named: string): boolean {
  if (imageTag === named) return true;
  return (
    /^sha256:[a-f0-9]{12,64}$/.test(named) &&
    Object.values(digests).some((digest) => digest.startsWith(named))
  );
}

/** A key that identifies one deployment. */
type Entry = PastRelease & { startedAt: string; by: string };

/**
 * The release that somebody brought about well while a rollback waited: the newest that was not in the history that was
 * `known` before, also where a deployment after it failed. The rollback was meant for what ran before it, and would go to
 * another release than anybody wants.
 */
export function broughtAboutMeanwhile<Past extends Entry>(
  history: readonly Past[],
  known: readonly Entry[],
): Past | undefined {
  const isKnown = (past: Past) =>
    known.some(
      ({ startedAt, by, imageTag }) =>
        startedAt === past.startedAt && by === past.by && imageTag === past.imageTag,
    );
  return history.findLast((past) => past.good && !isKnown(past));
}

/** Whether two releases run the same bytes in every service. */
export function isSameBytes(one: Record<string, string>, other: Record<string, string> | undefined): boolean {
  if (other === undefined) return false;
  const services = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...services].every((service) => one[service] === other[service]);
}
