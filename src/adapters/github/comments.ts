import type { GitHub } from "./client.js";
import { everyGitHubPage } from "./pages.js";

/** A comment as GitHub lists it. Ids grow. */
export interface ListedComment {
  id: number;
  body: string;
  /** Whether the token that asks wrote it, or may edit it; another's comment is never touched. */
  ours: boolean;
}

/** All comments of a pull request, or those changed since then, oldest first; over all pages, a call each. */
export async function listComments(
  github: GitHub,
  pr: number,
  since?: string,
): Promise<{ comments: ListedComment[]; clock: string }> {
  const asked = { ...github.access.repository, issue_number: pr, ...(since !== undefined && { since }) };
  let clock: string | undefined;
  const found = await everyGitHubPage(
    (page) =>
      github.request("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", { ...asked, ...page }),
    ({ data, headers }) => {
      clock ??= new Date(headers.date ?? Date.now()).toISOString();
      return data;
    },
  );
  const comments = found.map(({ id, body, user, author_association: association }) => ({
    id: Number(id),
    body: body ?? "",
    ours: isTrusted(user?.type === "Bot", association ?? "NONE"),
  }));
  return { comments, clock: clock ?? new Date().toISOString() };
}

/** Who may have written Moorage's comment with a token of theirs. Anyone may write one that looks like it. */
export function isTrusted(bot: boolean, association: string): boolean {
  return bot || ["OWNER", "MEMBER", "COLLABORATOR"].includes(association);
}

export function createComment(github: GitHub, pr: number, body: string): Promise<unknown> {
  return github.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
    ...github.access.repository,
    issue_number: pr,
    body,
  });
}

export function updateComment(github: GitHub, id: number, body: string): Promise<unknown> {
  return github.request("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", {
    ...github.access.repository,
    comment_id: id,
    body,
  });
}

export function deleteComment(github: GitHub, id: number): Promise<unknown> {
  return github.request("DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}", {
    ...github.access.repository,
    comment_id: id,
  });
}
