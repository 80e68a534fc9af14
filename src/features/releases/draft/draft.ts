import { isWholeCommit } from "../../../core/project/commit.js";
import { badRequest, platformFailure } from "../../../core/errors.js";
import type { GitHub } from "../../../adapters/github/client.js";
import {
  commitOfRef,
  createDraft,
  deleteDraft,
  type DraftContents,
  generateNotes,
  type ListedRelease,
  listReleases,
  updateDraft,
} from "../../../adapters/github/releases.js";
import { draftBody } from "./body.js";
import { chooseDraft, draftsAmong } from "./choice.js";
import type { RunningVersion } from "./running-version.js";
import { type Bump, nextVersion } from "./version.js";

/** The stable JSON of `release draft`. */
export interface DraftResult {
  environment: string;
  /** Whole commit that the environment runs. */
  commit: string;
  imageTag: string;
  /** The version that the draft has; of a commit that is released already, that release's. */
  tag: string;
  previousTag: string | null;
  result: "created" | "updated" | "unchanged" | "released";
  url: string;
}

const settleRounds = 5;
const mostTags = 20;

/**
 * Drafts the release of what an environment runs, or brings the draft that is there up to date; what is published already
 * is left alone. Exactly one draft of Moorage's is left, also beside another run: GitHub has no conditional write, so it
 * looks again after its own. Six calls where there are at most a hundred releases.
 */
export async function draftRelease(
  github: GitHub,
  running: RunningVersion,
  bump: Bump,
  prefix = "",
): Promise<DraftResult> {
  const releases = await listReleases(github);
  const choice = chooseDraft(releases, bump, prefix);
  const { previous } = choice;
  const known = { ...running, previousTag: previous?.tag ?? null };
  if (previous && (await isReleased(github, previous, running.commit))) {
    return { ...known, tag: previous.tag, result: "released", url: previous.url };
  }
  const tag = await freeTag(github, choice.tag, { commit: running.commit, prefix });
  const about = { tag, target: running.commit };
  const notes = await generateNotes(github, { ...about, previous: previous?.tag });
  return {
    ...known,
    tag,
    ...(await putDraft(github, releases, { ...about, body: withImage(running, notes) }, prefix)),
  };
}

/** The tag of a release that a person made may stand on a branch's head: then the tag's own commit tells. */
async function isReleased(github: GitHub, { tag, target }: ListedRelease, commit: string): Promise<boolean> {
  const at = isWholeCommit(target) ? target : await commitOfRef(github, tag);
  return at === commit;
}

/** A tag that is there already, on another commit, would make the release of that one: GitHub ignores the target then. */
async function freeTag(
  github: GitHub,
  wanted: string,
  { commit, prefix }: { commit: string; prefix: string },
): Promise<string> {
  let tag = wanted;
  for (let count = 0; count < mostTags; count++) {
    const taken = await commitOfRef(github, tag);
    if (taken === undefined || taken === commit) return tag;
    tag = nextVersion([tag], "patch", prefix);
  }
  throw badRequest(
    "tags-taken",
    `The tags ${wanted} to ${tag} point to other commits, and no release of them is published.`,
    "Publish or delete them, or continue from a higher version with --bump.",
  );
}

/** Writes the draft, then looks until one is there. `notes` replace the generated part of one that is there. */
async function putDraft(
  github: GitHub,
  releases: readonly ListedRelease[],
  { body: notes, ...about }: DraftContents,
  prefix: string,
): Promise<Pick<DraftResult, "result" | "url">> {
  let [seen, result] = [releases, undefined as DraftResult["result"] | undefined];
  for (let round = 0; round < settleRounds; round++) {
    const { known, extras } = draftsAmong(seen, prefix);
    for (const { id } of extras) await deleteDraft(github, id);
    const contents = { ...about, body: draftBody(notes, known?.body) };
    const stands = known !== undefined && (round > 0 || isSame(known, contents));
    if (stands && extras.length === 0) return { result: result ?? "unchanged", url: known.url };
    if (known === undefined) await createDraft(github, contents);
    else await updateDraft(github, known.id, contents);
    result ??= known === undefined ? "created" : "updated";
    seen = await listReleases(github);
  }
  throw platformFailure(
    "draft-contended",
    `The release's draft was changed by others ${settleRounds} times while it was written.`,
    "Check which workflow runs draft releases at the same time, then run the command again.",
  );
}

function isSame(known: ListedRelease, { tag, target, body }: DraftContents): boolean {
  return known.tag === tag && known.target === target && known.body === body;
}

function withImage({ environment, imageTag, commit }: RunningVersion, notes: string): string {
  return `Image \`${imageTag}\`, which ${environment} runs, of commit ${commit}.\n\n${notes}`;
}
