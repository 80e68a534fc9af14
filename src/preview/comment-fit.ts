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

/** Head and sections, at most `limit` UTF-16 units (never fewer than GitHub counts) long. The head always stays. */
export function fit(head: string, sections: readonly Section[], limit: number): string {
  let kept = [...sections];
  const missing: string[] = [];
  for (;;) {
    const excess = lengthOf(head, kept) - limit + (missing.length > 0 ? reserve : 0);
    if (excess <= 0 || kept.length === 0) return joined(head, kept, missing);
    const least = kept.reduce((a, b) => (b.importance < a.importance ? b : a));
    const shorter = least.cut ? shorten(least, excess + reserve) : undefined;
    missing.push(least.name);
    kept = kept.flatMap((section) => (section === least ? (shorter ? [shorter] : []) : [section]));
  }
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

function joined(head: string, sections: readonly Section[], missing: readonly string[]): string {
  const names = [...new Set(missing)].join(", ");
  const note = names === "" ? [] : [`_Shortened to GitHub's limit: ${names}. The run's log has all of it._`];
  return [head, ...sections.map(({ text }) => text), ...note].join("\n\n");
}

function lengthOf(head: string, sections: readonly Section[]): number {
  return joined(head, sections, []).length;
}
