import { hasCode } from "../../core/errors.js";
import type { GitHub } from "./client.js";
import { everyGitHubPage } from "./pages.js";

/** A release as GitHub lists it; drafts too, where the token may write them. */
export interface ListedRelease {
  id: number;
  tag: string;
  draft: boolean;
  /** A commit, or a branch where a person made it. */
  target: string;
  body: string;
  url: string;
}

/** A draft's contents. `target` is a whole commit: GitHub puts the tag there when the draft is published. */
export interface DraftContents {
  tag: string;
  target: string;
  body: string;
}

interface GitHubRelease {
  id: number;
  tag_name: string;
  draft: boolean;
  target_commitish: string;
  body?: string | null;
  html_url: string;
}

/** All releases over all pages, the newest first; drafts among them where the token may write. */
export async function listReleases({ request, access }: GitHub): Promise<ListedRelease[]> {
  const releases = await everyGitHubPage(
    (page) => request("GET /repos/{owner}/{repo}/releases", { ...access.repository, ...page }),
    ({ data }) => data,
  );
  return releases.map(listed);
}

function listed({ id, tag_name: tag, draft, target_commitish: target, body, html_url: url }: GitHubRelease) {
  return { id: Number(id), tag, draft, target, body: body ?? "", url };
}

/** Notes on what was merged since `previous`, as GitHub writes them (`.github/release.yml` sorts them). */
export async function generateNotes(
  { request, access }: GitHub,
  { tag, target, previous }: Omit<DraftContents, "body"> & { previous: string | undefined },
): Promise<string> {
  const { data } = await request("POST /repos/{owner}/{repo}/releases/generate-notes", {
    ...access.repository,
    tag_name: tag,
    target_commitish: target,
    ...(previous !== undefined && { previous_tag_name: previous }),
  });
  return data.body;
}

export async function createDraft({ request, access }: GitHub, draft: DraftContents): Promise<ListedRelease> {
  const { data } = await request("POST /repos/{owner}/{repo}/releases", {
    ...access.repository,
    ...bodyOf(draft),
  });
  return listed(data);
}

export async function updateDraft(
  { request, access }: GitHub,
  id: number,
  draft: DraftContents,
): Promise<ListedRelease> {
  const { data } = await request("PATCH /repos/{owner}/{repo}/releases/{release_id}", {
    ...access.repository,
    release_id: id,
    ...bodyOf(draft),
  });
  return listed(data);
}

function bodyOf({ tag, target, body }: DraftContents) {
  return { tag_name: tag, name: tag, target_commitish: target, body, draft: true };
}

/** Removes a draft; one that is gone is no error. */
export async function deleteDraft({ request, access }: GitHub, id: number): Promise<void> {
  await unlessNotFound(
    request("DELETE /repos/{owner}/{repo}/releases/{release_id}", { ...access.repository, release_id: id }),
  );
}

/** The whole commit of a tag, a branch or an abbreviation; undefined where the repository has none. */
export async function commitOfRef({ request, access }: GitHub, ref: string): Promise<string | undefined> {
  const answer = await unlessNotFound(
    request("GET /repos/{owner}/{repo}/commits/{ref}", { ...access.repository, ref, per_page: 1 }),
  );
  return answer?.data.sha;
}

/** GitHub answers 422 for an abbreviation that no commit has. */
async function unlessNotFound<Value>(call: Promise<Value>): Promise<Value | undefined> {
  try {
    return await call;
  } catch (error) {
    if (hasCode(error, "github-not-found", "github-refused")) return undefined;
    throw error;
  }
}
