/** One part of a report. */
export interface Section {
  /** What it is called where it was left out: "plan". */
  name: string;
  /** The least important goes first. */
  importance: number;
  text: string;
  /** Whether lines may be taken out of its middle, so that a part of it stays. */
  cut?: boolean;
}

const reserve = 200;
const smallestCut = 600;

/**
 * Head and sections, at most `limit` UTF-16 units (never fewer than GitHub counts) long. The head always stays; of what is
 * equally important the longest goes first. `noteHead` stands before the note on what was left out.
 */
export function fitSections(
  head: string,
  sections: readonly Section[],
  limit: number,
  noteHead?: string,
): string {
  let kept = [...sections];
  const missing: string[] = [];
  for (;;) {
    const excess = lengthOf(head, kept) - limit + (missing.length > 0 ? reserve : 0);
    if (excess <= 0 || kept.length === 0) return joined(head, kept, missing, noteHead);
    const least = kept.reduce((a, b) => (goesBefore(b, a) ? b : a));
    const shorter = least.cut ? shorten(least, excess + reserve) : undefined;
    missing.push(least.name);
    kept = kept.flatMap((section) => (section === least ? (shorter ? [shorter] : []) : [section]));
  }
}

function goesBefore(a: Section, b: Section): boolean {
  return a.importance < b.importance || (a.importance === b.importance && a.text.length > b.text.length);
}

/** Takes lines out of the middle: the first ones open the block or fold, the last ones close it. */
function shorten(section: Section, excess: number): Section | undefined {
  const target = section.text.length - excess;
  if (target < smallestCut) return undefined;
  const lines = section.text.split("\n");
  const closing = lines.slice(-4);
  const kept: string[] = [];
  let length = closing.join("\n").length + reserve / 2;
  for (const line of lines.slice(0, -4)) {
    length += line.length + 1;
    if (length > target) break;
    kept.push(line);
  }
  const left = lines.length - kept.length - closing.length;
  if (left <= 0 || kept.length < 4) return undefined;
  const text = [...kept, `... ${String(left)} lines left out`, ...closing].join("\n");
  return { ...section, text, cut: false };
}

function joined(
  head: string,
  sections: readonly Section[],
  missing: readonly string[],
  noteHead = "",
): string {
  const names = [...new Set(missing)].join(", ");
  const before = noteHead === "" ? "" : `${noteHead}\n`;
  const note =
    names === "" ? [] : [`${before}_Shortened to GitHub's limit: ${names}. The run's log has all of it._`];
  const begin = head === "" ? [] : [head];
  return [...begin, ...sections.map(({ text }) => text), ...note].join("\n\n");
}

function lengthOf(head: string, sections: readonly Section[]): number {
  return joined(head, sections, []).length;
}
