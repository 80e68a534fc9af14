/**
 * Text of apps and of people as a terminal may be given it: shown, never obeyed (F54). What would move the cursor, set a
 * title or a clipboard, ring, or turn text around stands there in letters: `\x1b]52;...`, `\r`, `\u{202e}`. Colours that came
 * with the text are left out.
 */

const escape = "\u001b";
const colour = new RegExp(`${escape}\\[[\\d;:]*m`, "g");
const ownColour = new RegExp(`(${escape}\\[[\\d;]*m)`);
/** C0 and C1 controls but tab and newline; bidirectional controls; line separators; halves of surrogate pairs. */
const obeyed = /(?![\t\n])[\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/gu;
const letters: Record<string, string> = { "\r": "\\r", "\b": "\\b", "\u0007": "\\a", "\u0000": "\\0" };

function inLetters(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0xd800 && code <= 0xdfff) return "\ufffd";
  const short = code.toString(16);
  return letters[character] ?? (code < 0x100 ? `\\x${short.padStart(2, "0")}` : `\\u{${short}}`);
}

/** Several lines; an ending of CR LF is an ending. */
export function shownLines(text: string): string {
  return text.replace(colour, "").replaceAll("\r\n", "\n").replace(obeyed, inLetters);
}

/** One line, for a log: it ends where we say. */
export function shownLine(text: string): string {
  return shownLines(text.replace(/[\r\n]+$/, "")).replaceAll("\n", "\\n");
}

const longestCell = 200;

/** A value in a table: one line without tabs, so that columns stand in line, and of bounded length. */
export function shownCell(value: string | number | null | undefined): string {
  const text = shownLines(String(value ?? ""))
    .replace(/\s+/g, " ")
    .trim();
  const characters = [...text];
  return characters.length <= longestCell ? text : `${characters.slice(0, longestCell - 3).join("")}...`;
}

/** Rows of cells as lines whose columns stand in line; for plain letters, as names of stacks and services are. */
export function alignedLines(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** Our own output on its way out: our colours stay, whatever else a terminal would obey is shown. */
export function shownOutput(text: string): string {
  const parts = text.split(ownColour);
  return parts.map((part, index) => (index % 2 === 1 ? part : shownLines(part))).join("");
}

/** JSON says the same with these in letters; a terminal that is shown it does not obey them. */
export function shownJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
