import type { ListedComment } from "../../../adapters/github/comments.js";
import { compareRuns, readMarker } from "./marker.js";
import { isSameIdentity, newestOf, readSections, renderComment, type CommentSection } from "./sections.js";

export type CommentStep =
  | { act: "create"; body: string }
  | { act: "update"; id: number; body: string }
  /** What is there is what should be. */
  | { act: "none" };

export interface CommentChoice {
  step: CommentStep;
  /** Comments too many. */
  remove: number[];
  /** Whether a newer run has said something else about the same stack. */
  superseded: boolean;
}

/**
 * What a run does with the comments that are there, so that one is left, with the newest run's section of each stack
 * (F19). The oldest comment is kept, whoever decides, and holds what others said of other stacks. Where a newer run has
 * spoken of the same stack, this one takes back what it wrote itself, and no more.
 */
export function chooseComment(comments: readonly ListedComment[], own: CommentSection): CommentChoice {
  const marked = comments
    .filter(({ body, ours }) => ours && readMarker(body) !== undefined)
    .map(({ id, body }) => ({ id, body, sections: readSections(body) }))
    .sort((a, b) => a.id - b.id);
  const [kept, ...extras] = marked;
  if (kept === undefined) {
    return { step: { act: "create", body: renderComment([own]) }, remove: [], superseded: false };
  }
  const known = newestOf(marked.flatMap(({ sections }) => sections));
  const superseded = known.some((section) => isNewer(section, own));
  const isOurs = (section: CommentSection) =>
    isSameIdentity(section.identity, own.identity) && compareRuns(section.run, own.run) === 0;
  if (superseded) {
    const mine = extras.filter(({ sections }) => sections.every(isOurs));
    const stale = kept.sections.some(isOurs);
    return { step: stale ? stepTo(kept, known) : { act: "none" }, remove: idsOf(mine), superseded };
  }
  return { step: stepTo(kept, newestOf([...known, own])), remove: idsOf(extras), superseded };
}

function isNewer(section: CommentSection, own: CommentSection): boolean {
  return isSameIdentity(section.identity, own.identity) && compareRuns(section.run, own.run) > 0;
}

function stepTo(
  { id, body: present }: { id: number; body: string },
  sections: CommentSection[],
): CommentStep {
  const body = renderComment(sections);
  return present.replace(/\r\n/g, "\n").trim() === body ? { act: "none" } : { act: "update", id, body };
}

function idsOf(comments: readonly { id: number }[]): number[] {
  return comments.map(({ id }) => id);
}
