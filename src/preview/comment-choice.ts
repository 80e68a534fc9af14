import type { CommentIdentity, RunOrder } from "./comment-marker.js";
import { compareRuns, readMarker } from "./comment-marker.js";

/** A comment as GitHub lists it. Ids grow. */
export interface ListedComment {
  id: number;
  body: string;
  /** Whether the token that asks wrote it, or may edit it; another's comment is never touched. */
  ours: boolean;
}

export type CommentStep =
  | { act: "create" }
  /** Ours is there, and it is of this run; `body` may still differ. */
  | { act: "update"; id: number }
  /** A newer run has spoken. */
  | { act: "keep"; id: number; newer: RunOrder };

export interface CommentChoice {
  step: CommentStep;
  /** Comments too many. */
  remove: number[];
}

/**
 * What a run does with the comments that are there, so that one is left, the newest run's (F19). Where a newer run has
 * spoken, this one takes back what it wrote itself, and no more: the newest removes what others left. Otherwise it edits
 * its own, else the oldest, in place.
 */
export function chooseComment(
  comments: readonly ListedComment[],
  identity: CommentIdentity,
  run: RunOrder,
): CommentChoice {
  const marked = comments.flatMap((comment) => markedAs(comment, identity)).sort((a, b) => a.id - b.id);
  const [oldest] = marked;
  if (oldest === undefined) return { step: { act: "create" }, remove: [] };
  const newest = marked.reduce((best, one) => (compareRuns(one.run, best.run) > 0 ? one : best));
  const own = marked.filter((one) => compareRuns(one.run, run) === 0);
  if (compareRuns(newest.run, run) > 0) {
    return { step: { act: "keep", id: newest.id, newer: newest.run }, remove: own.map(({ id }) => id) };
  }
  const { id: kept } = own[0] ?? oldest;
  const rest = marked.filter(({ id }) => id !== kept);
  return { step: { act: "update", id: kept }, remove: rest.map(({ id }) => id) };
}

interface Marked {
  id: number;
  run: RunOrder;
}

function markedAs({ id, body, ours }: ListedComment, { project, stack }: CommentIdentity): Marked[] {
  const found = ours ? readMarker(body) : undefined;
  if (found === undefined || found.project !== project || found.stack !== stack) return [];
  return [{ id, run: { run: found.run, attempt: found.attempt } }];
}
