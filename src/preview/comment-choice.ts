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
 * What a run does with the comments that are there, so that one is left, the newest run's: the newest comment stays when
 * it is of a newer run; otherwise the oldest of all is the one that is edited in place. The rest go (F19).
 */
export function chooseComment(
  comments: readonly ListedComment[],
  identity: CommentIdentity,
  run: RunOrder,
): CommentChoice {
  const marked = comments.flatMap((comment) => markedAs(comment, identity)).sort((a, b) => a.id - b.id);
  const newest = marked.reduce<Marked | undefined>(
    (best, one) => (best === undefined || compareRuns(one.run, best.run) > 0 ? one : best),
    undefined,
  );
  const [oldest] = marked;
  if (newest === undefined || oldest === undefined) return { step: { act: "create" }, remove: [] };
  const superseded = compareRuns(newest.run, run) > 0;
  const kept = superseded || compareRuns(newest.run, run) === 0 ? newest : oldest;
  const step: CommentStep = superseded
    ? { act: "keep", id: kept.id, newer: newest.run }
    : { act: "update", id: kept.id };
  return { step, remove: marked.filter(({ id }) => id !== kept.id).map(({ id }) => id) };
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
