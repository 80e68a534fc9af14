import type { ListedRelease } from "../../../adapters/github/releases.js";
import { ownReleaseKind, releaseKind } from "../../../core/project/release-tag.js";
import { isOurDraft } from "./body.js";
import { type Bump, higher, lastRelease, nextVersion } from "./version.js";

export interface DraftChoice {
  tag: string;
  /** The last published release: what the notes begin after. */
  previous: ListedRelease | undefined;
}

/** Moorage's own drafts of the app's versions: the oldest is kept. */
export function draftsAmong(
  releases: readonly ListedRelease[],
  prefix = "",
): {
  known: ListedRelease | undefined;
  /** Those too many. */
  extras: ListedRelease[];
} {
  const isOwn = (tag: string) =>
    ownReleaseKind(tag, prefix) !== undefined || (prefix === "" && releaseKind(tag) === undefined);
  const drafts = releases
    .filter(({ draft, body, tag }) => draft && isOurDraft(body) && isOwn(tag))
    .sort((a, b) => a.id - b.id);
  return { known: drafts[0], extras: drafts.slice(1) };
}

/** Under which version the draft is to be: the next one, unless somebody has given it a higher one. */
export function chooseDraft(releases: readonly ListedRelease[], bump: Bump, prefix = ""): DraftChoice {
  const published = releases.filter(({ draft }) => !draft);
  const { known } = draftsAmong(releases, prefix);
  const tags = published.map(({ tag }) => tag);
  const next = nextVersion(tags, bump, prefix);
  const isVersion = known && ownReleaseKind(known.tag, prefix) !== undefined;
  const chosen = isVersion ? higher(known.tag, next, prefix) : next;
  const last = lastRelease(tags, prefix);
  return { tag: chosen, previous: published.find(({ tag }) => tag === last) };
}
