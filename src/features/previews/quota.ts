import { isExpired } from "./expiry.js";
import { pullRequestOf } from "../../core/project/preview-names.js";

/** What is remembered of a stack, as far as quotas count it. */
export interface PreviewCount {
  stack: string;
  createdAt: string;
  /** Whether its resources were begun: then it has its place, whatever its clock said. */
  exists?: boolean;
  expiresAt?: string;
  pull?: { author: string };
}

/** `moorage:preview.max` and `.maxPerAuthor`. */
export interface Quota {
  max: number;
  maxPerAuthor?: number | undefined;
}

export interface Newcomer {
  stack: string;
  createdAt: string;
  /** Unknown where no repository is configured. */
  author: string | undefined;
}

/** Why there is no room for another preview, and what would make some (F17). */
export interface QuotaExcess {
  message: string;
  /** Those that would have to go, the best candidates first. */
  candidates: string[];
}

const shown = 5;

/**
 * Whether one more preview is too many. Of several that are being made at once the earlier ones have the place, so that
 * exactly as many get in as there is room for.
 */
export function quotaExcess(
  records: readonly PreviewCount[],
  newcomer: Newcomer,
  { max, maxPerAuthor }: Quota,
  now: Date,
): QuotaExcess | undefined {
  const before = records
    .filter(({ stack }) => pullRequestOf(stack) !== undefined && stack !== newcomer.stack)
    .filter((other) => isBefore(other, newcomer));
  if (before.length >= max) {
    const message = `There ${before.length === 1 ? "is" : "are"} ${counted(before)}, and moorage:preview.max is ${String(max)}.`;
    return { message, candidates: candidates(before, now) };
  }
  const { author } = newcomer;
  const theirs = before.filter(({ pull }) => author !== undefined && pull?.author === author);
  if (author === undefined || maxPerAuthor === undefined || theirs.length < maxPerAuthor) return undefined;
  const message =
    `${author} has ${counted(theirs)}, ` + `and moorage:preview.maxPerAuthor is ${String(maxPerAuthor)}.`;
  return { message, candidates: candidates(theirs, now) };
}

function counted({ length }: readonly unknown[]): string {
  return `${String(length)} other ${length === 1 ? "preview" : "previews"}`;
}

function isBefore(other: PreviewCount, { createdAt, stack }: Newcomer): boolean {
  if (other.exists === true) return true;
  const [theirs, ours] = [Date.parse(other.createdAt), Date.parse(createdAt)];
  return theirs === ours ? other.stack < stack : theirs < ours;
}

/** Expired ones first, then the oldest. */
function candidates(records: readonly PreviewCount[], now: Date): string[] {
  const expired = ({ expiresAt }: PreviewCount) => isExpired(expiresAt, now);
  return records
    .toSorted(
      (a, b) => Number(expired(b)) - Number(expired(a)) || Date.parse(a.createdAt) - Date.parse(b.createdAt),
    )
    .slice(0, shown)
    .map((record) => `${record.stack} (${expired(record) ? "expired" : `since ${record.createdAt}`})`);
}
