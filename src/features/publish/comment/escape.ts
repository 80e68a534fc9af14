/**
 * Text of people (branch names, titles, messages of apps) made harmless in GitHub's Markdown: shown as typed, with no
 * effect as markup, HTML, link, mention or issue reference (F26).
 * Source: GitHub Flavored Markdown, "Backslash escapes", "Autolinks (extension)"; GitHub, "Autolinked references".
 */
export function inText(text: string): string {
  return printable(text)
    .replace(/\s+/g, " ")
    .replace(/gh-(?=\d)/gi, (word) => `${word.slice(0, 2)}${nothing}-`)
    .replace(/[&<>\\`*_{}[\]()#+\-.!|~$:="'/@^]/g, (sign) => `&#${String(sign.charCodeAt(0))};`)
    .replace(/&#(?:35|64);/g, (sign) => `${sign}${nothing}`);
}

/** A short value in a code span: mentions and markup do not work there; it ends where we say. Not for table cells. */
export function inCode(text: string): string {
  const line = printable(text).replace(/\s+/g, " ").trim();
  if (line === "") return "``` ```";
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  const pad = /^`|`$/.test(line) ? " " : "";
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** A short value in a cell of a table: a pipe would end the cell, also inside a code span, so HTML says what is code. */
export function inCell(text: string): string {
  return /[|\\\n]/.test(text) ? `<code>${inText(text)}</code>` : inCode(text);
}

/** Lines in a fenced block that nothing in them can end. */
export function inBlock(text: string, language = ""): string {
  const lines = printable(text, true).split("\n").map(shortened).join("\n");
  const longest = Math.max(2, ...[...lines.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${lines.replace(/\n+$/, "")}\n${fence}`;
}

const lineLimit = 1_000;

function shortened(line: string): string {
  return line.length <= lineLimit ? line : `${line.slice(0, lineLimit)}...`;
}

/** A link, or plain text where the address is not one that a browser may be sent to. */
export function link(text: string, address: string): string {
  const url = safeUrl(address);
  return url === undefined ? inText(text) : `[${inText(text)}](<${url}>)`;
}

function safeUrl(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const { protocol, href } = new URL(address);
  if (protocol !== "http:" && protocol !== "https:") return undefined;
  return href.replace(/[<>()[\]\\`|*_~@"']/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** GitHub looks for mentions and references in the rendered text too: a space of no width keeps it from finding one. */
const nothing = "\u200b";

/** Without control characters and the invisible ones that turn text around. */
function printable(text: string, keepLines = false): string {
  const lines = text.replace(/\r\n?/g, "\n").replace(invisible, "\ufffd");
  return keepLines ? lines : lines.replace(/\n/g, " ");
}

/** Control characters other than tab and newline, formatting ones (bidirectional, zero-width), line separators. */
const invisible = /(?![\t\n])[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;
