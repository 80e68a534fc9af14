import type { ListedRelease } from "../../../adapters/github/releases.js";
import { releaseKind } from "../../../core/project/release-tag.js";
import { isOurDraft } from "./body.js";
import { type Bump, higher, lastRelease, nextVersion } from "./version.js";

export interface DraftChoice {
  tag: string;
  /** The last published release: what the notes begin after. */
  previous: ListedRelease | undefined;
}

/** Moorage's own drafts: the oldest is kept. */
export function draftsAmong(releases: readonly ListedRelease[]): {
  known: ListedRelease | undefined;
  /** Those too many. */
  extras: ListedRelease[];
} {
  const drafts = releases.filter(({ draft, body }) => draft && isOurDraft(body)).sort((a, b) => a.id - b.id);
  return { known: drafts[0], extras: drafts.slice(1) };
}

/** Under which version the draft is to be: the next one, unless somebody has given it a higher one. */
export function chooseDraft(releases: readonly ListedRelease[], bump: Bump): DraftChoice {
  const published = releases.filter(({ draft }) => !draft);
  const { known } = draftsAmong(releases);
  const tags = published.map(({ tag }) => tag);
  const next = nextVersion(tags, bump);
  const chosen = known && releaseKind(known.tag) !== undefined ? higher(known.tag, next) : next;
  const last = lastRelease(tags);
  return { tag: chosen, previous: published.find(({ tag }) => tag === last) };
}
