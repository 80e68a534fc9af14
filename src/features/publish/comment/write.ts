import { setTimeout as delay } from "node:timers/promises";
import { hasCode, platformFailure } from "../../../core/errors.js";
import { chooseComment } from "./choice.js";
import type { CommentSection } from "./sections.js";
import type { GitHub } from "../../../adapters/github/client.js";
import {
  createComment,
  deleteComment,
  type ListedComment,
  listComments,
  updateComment,
} from "../../../adapters/github/comments.js";

/** A run's section of the pull request's one comment. */
export interface CommentTarget {
  pr: number;
  section: CommentSection;
}

/** The result of writing the comment. */
export interface WrittenComment {
  /** A newer run had spoken of the same stack. */
  superseded: boolean;
  /** Nothing had to be written: it stood there already. */
  stood: boolean;
  /** GitHub's clock before the write, ISO 8601. */
  since: string;
  /** Our clock after it, in milliseconds since the epoch. */
  writtenAt: number;
}

/** Where a pull request's comments are read: those changed since then, or more; all of them without a time. */
export type ListComments = (
  pr: number,
  since?: string,
) => Promise<{
  comments: ListedComment[];
  /** GitHub's clock, ISO 8601. */
  clock: string;
}>;

const settleRounds = 20;

/**
 * Puts the section in place: edits the comment that is there, or creates it; a newer run's section stays as it is, as do
 * those of other stacks, and comments too many are removed. Two calls for a pull request of at most a hundred comments.
 */
export async function putComment(
  github: GitHub,
  target: CommentTarget,
  list: ListComments = listOn(github),
): Promise<WrittenComment> {
  const { comments, clock } = await list(target.pr);
  const { step, remove, superseded } = chooseComment(comments, target.section);
  if (step.act === "create") await createComment(github, target.pr, step.body);
  if (step.act === "update") await unlessGone(updateComment(github, step.id, step.body));
  const writtenAt = performance.now();
  for (const id of remove) await unlessGone(deleteComment(github, id));
  const stood = step.act === "none" && remove.length === 0;
  return { superseded, stood, since: clock, writtenAt };
}

/**
 * Looks again, and corrects, until what was written stands or a newer run has spoken (F19). GitHub has no conditional write
 * for comments, so two runs may cross, also with sections of different stacks: each waits for longer than another takes
 * from reading to writing, counted from its own write, and looks at what has changed since. One call where nobody else
 * was there.
 */
export async function settleComment(
  github: GitHub,
  target: CommentTarget,
  first: WrittenComment,
  settleMs = 1_000,
  list: ListComments = listOn(github),
): Promise<"ours" | "superseded"> {
  let written = first;
  for (let round = 0; round < settleRounds; round++) {
    if (written.superseded) return "superseded";
    if (written.stood) return "ours";
    // Those who crossed once would cross again in step.
    const wait = round === 0 ? settleMs : settleMs * (1 + Math.random());
    await delay(Math.max(0, written.writtenAt + wait - performance.now()));
    const { comments } = await list(target.pr, written.since);
    const { step, remove } = chooseComment(comments, target.section);
    if (step.act === "none" && remove.length === 0) return "ours";
    written = await putComment(github, target, list);
  }
  throw platformFailure(
    "github-comment-contended",
    `The comment on pull request ${target.pr} was changed by others ${settleRounds} times while it was written.`,
    "Check which workflow runs write it at the same time: their concurrency group should be one for each pull request.",
  );
}

/** All comments, or those changed since then, oldest first; over all pages, a call each. */
export function listOn(github: GitHub): ListComments {
  return (pr, since) => listComments(github, pr, since);
}

/** A comment that another run has removed in between is looked at again when the writing settles. */
async function unlessGone(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!hasCode(error, "github-not-found")) throw error;
  }
}
