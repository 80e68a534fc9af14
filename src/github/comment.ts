import { setTimeout as delay } from "node:timers/promises";
import { MoorageError, platformFailure } from "../errors.js";
import { chooseComment, type ListedComment } from "../preview/comment-choice.js";
import { readMarker, type CommentIdentity, type RunOrder } from "../preview/comment-marker.js";
import type { GitHub } from "./client.js";

/** The one comment that a run wants to have on a pull request. */
export interface CommentTarget {
  pr: number;
  identity: CommentIdentity;
  run: RunOrder;
  /** Begins with the marker of identity and run. */
  body: string;
}

/** What became of a comment that was written. */
export interface WrittenComment {
  /** A newer run's comment was there: nothing was written. */
  superseded: boolean;
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

const pageSize = 100;
const settleRounds = 20;

/**
 * Puts the comment in place: edits the one that is there, or creates it; a newer run's stays as it is, and what is too
 * much is removed. Two calls for a pull request of at most a hundred comments.
 */
export async function putComment(
  github: GitHub,
  target: CommentTarget,
  list: ListComments = listOn(github),
): Promise<WrittenComment> {
  const { comments, clock } = await list(target.pr);
  const { step, remove } = chooseComment(comments, target.identity, target.run);
  const done = { superseded: step.act === "keep", since: clock };
  if (step.act === "create") await createComment(github, target);
  if (step.act === "update") await unlessGone(updateComment(github, step.id, target.body));
  for (const id of remove) await unlessGone(deleteComment(github, id));
  return { ...done, writtenAt: Date.now() };
}

/**
 * Looks again, and mends, until what was written stands alone or a newer run has spoken (F19). GitHub has no conditional
 * write for comments, so two runs may cross: each waits for longer than another takes from reading to writing, counted
 * from its own write, and looks at what has changed since. One call where nobody else was there.
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
    await delay(Math.max(0, written.writtenAt + settleMs - Date.now()));
    const { comments } = await list(target.pr, written.since);
    if (standsAlone(comments, target)) return "ours";
    written = await putComment(github, target, list);
  }
  throw platformFailure(
    "github-comment-contended",
    `The comment on pull request ${target.pr} was changed by others ${settleRounds} times while it was written.`,
    "See which workflow runs write it at the same time: their concurrency group should be one for each pull request.",
  );
}

function standsAlone(comments: readonly ListedComment[], { identity, run }: CommentTarget): boolean {
  const { step, remove } = chooseComment(comments, identity, run);
  if (step.act !== "update" || remove.length > 0) return false;
  const found = readMarker(comments.find(({ id }) => id === step.id)?.body ?? "");
  return found?.run === run.run && found.attempt === run.attempt;
}

/** All comments, or those changed since then, oldest first; over all pages, a call each. */
export function listOn(github: GitHub): ListComments {
  return (pr, since) => listComments(github, pr, since);
}

async function listComments(
  github: GitHub,
  pr: number,
  since?: string,
): Promise<{ comments: ListedComment[]; clock: string }> {
  const comments: ListedComment[] = [];
  let clock: string | undefined;
  for (let page = 1; ; page++) {
    const { data, headers } = await github.request(
      "GET /repos/{owner}/{repo}/issues/{issue_number}/comments",
      {
        ...github.access.repository,
        issue_number: pr,
        per_page: pageSize,
        page,
        ...(since !== undefined && { since }),
      },
    );
    clock ??= new Date(headers.date ?? Date.now()).toISOString();
    comments.push(
      ...data.map(({ id, body, user, author_association: association }) => ({
        id: Number(id),
        body: body ?? "",
        ours: isTrusted(user?.type === "Bot", association ?? "NONE"),
      })),
    );
    if (data.length < pageSize) return { comments, clock };
  }
}

/** Who may have written Moorage's comment with a token of theirs. Anyone may write one that looks like it. */
export function isTrusted(bot: boolean, association: string): boolean {
  return bot || ["OWNER", "MEMBER", "COLLABORATOR"].includes(association);
}

function createComment(github: GitHub, { pr, body }: CommentTarget): Promise<unknown> {
  return github.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
    ...github.access.repository,
    issue_number: pr,
    body,
  });
}

function updateComment(github: GitHub, id: number, body: string): Promise<unknown> {
  return github.request("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", {
    ...github.access.repository,
    comment_id: id,
    body,
  });
}

function deleteComment(github: GitHub, id: number): Promise<unknown> {
  return github.request("DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}", {
    ...github.access.repository,
    comment_id: id,
  });
}

/** A comment that another run has removed in between is looked at again when the writing settles. */
async function unlessGone(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof MoorageError) || error.code !== "github-not-found") throw error;
  }
}
