import type { RunOrder } from "../../../adapters/github/deployments.js";
import { fitSections, type Section } from "./fit.js";
import { compareRuns, marker, readMarker, withoutMarkers, type CommentIdentity } from "./marker.js";

/** What one run says of one stack: its heading, which always stays, and parts that may be cut or left out. */
export interface CommentSection {
  identity: CommentIdentity;
  run: RunOrder;
  heading: string;
  parts: readonly Section[];
}

/** GitHub refuses a comment with more characters. Source: its API, "body is too long (maximum is 65536 characters)". */
export const commentLimit = 65_536;

const headingImportance = 9;
const noteMarker = "<!-- moorage note -->";

/**
 * The comment's body, within GitHub's limit: of all sections together what matters least is cut or left out first, and
 * the body says so. Deployments come first, then plans.
 */
export function renderComment(sections: readonly CommentSection[]): string {
  const ordered = [...sections].sort((a, b) => (sortKey(a.identity) < sortKey(b.identity) ? -1 : 1));
  const pieces = ordered.flatMap(({ identity, run, heading, parts }) => [
    {
      name: "heading",
      importance: headingImportance,
      text: `${marker(identity, run)}\n${withoutMarkers(heading.trim())}`,
    },
    ...parts.map((part) => ({ ...part, text: `${partMarker(part)}\n${withoutMarkers(part.text.trim())}` })),
  ]);
  return fitSections("", pieces, commentLimit, noteMarker);
}

/** The sections of a body as it was rendered; none of a comment that is not Moorage's. */
export function readSections(body: string): CommentSection[] {
  if (readMarker(body) === undefined) return [];
  const sections: Reading[] = [];
  for (const line of body.replace(/\r\n/g, "\n").split("\n")) readLine(sections, line);
  return sections.map(({ identity, run, heading, parts }) => ({
    identity,
    run,
    heading: heading.join("\n").trim(),
    parts: parts.map(({ lines, ...part }) => ({ ...part, text: lines.join("\n").trim() })),
  }));
}

interface Reading extends Pick<CommentSection, "identity" | "run"> {
  heading: string[];
  parts: (Omit<Section, "text"> & { lines: string[] })[];
  /** Where the next line belongs. */
  lines: string[];
}

function readLine(sections: Reading[], line: string): void {
  const found = readMarker(line);
  if (found) {
    const { run, attempt, ...identity } = found;
    const heading: string[] = [];
    sections.push({ identity, run: { run, attempt }, heading, parts: [], lines: heading });
    return;
  }
  const section = sections.at(-1);
  if (section === undefined) return;
  const part = readPartMarker(line);
  if (part) section.parts.push({ ...part, lines: (section.lines = []) });
  else if (line === noteMarker) section.lines = [];
  else section.lines.push(line);
}

function partMarker({ name, importance, cut }: Section): string {
  return `<!-- moorage part=${name} importance=${importance}${cut ? " cut" : ""} -->`;
}

function readPartMarker(line: string): Omit<Section, "text"> | undefined {
  const [, name, importance, cut] =
    /^<!-- moorage part=([a-z ]+) importance=(\d)( cut)? -->$/.exec(line) ?? [];
  if (name === undefined) return undefined;
  return { name, importance: Number(importance), ...(cut !== undefined && { cut: true }) };
}

function sortKey({ project, stack, about }: CommentIdentity): string {
  return [about ?? "", project, stack].join(" ");
}

/** Of several sections, the newest of each identity. */
export function newestOf(sections: readonly CommentSection[]): CommentSection[] {
  const newest = new Map<string, CommentSection>();
  for (const section of sections) {
    const key = sortKey(section.identity);
    const known = newest.get(key);
    if (known === undefined || compareRuns(section.run, known.run) >= 0) newest.set(key, section);
  }
  return [...newest.values()];
}

export function isSameIdentity(a: CommentIdentity, b: CommentIdentity): boolean {
  return sortKey(a) === sortKey(b);
}
