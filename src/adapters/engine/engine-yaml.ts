import { badRequest } from "../../core/errors.js";

/**
 * A stack's or a project's file as YAML that readers of YAML 1.1 (the engine's go-yaml) and of YAML 1.2 read alike: all texts
 * are in double quotes and in ASCII, so that no date, octal number, `yes`, line separator or byte order mark is left to
 * interpretation. Raises `config-invalid` for text that no engine can be given.
 */
export function engineYaml(value: unknown): string {
  return `${written(value)}\n`;
}

/**
 * What stands under `config` in a stack's file. The engine hands objects to programs as JSON, and on the way to it rewrites
 * them as YAML of its own, which loses line breaks at the begin of a text and trips over some tabs. So it is given the JSON;
 * but an object with secrets in it, which it decrypts, stays one.
 */
export function engineConfig(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(config).map(([key, value]) => [key, isPlain(value) ? json(value) : value]);
  return Object.fromEntries(entries) as Record<string, unknown>;
}

function isPlain(value: unknown): value is object {
  return typeof value === "object" && value !== null && !holdsSecret(value);
}

/** `{ secure: <ciphertext> }`, as `pulumi config set --secret` leaves it. */
function holdsSecret(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const entries = Object.entries(value);
  if (entries.length === 1 && entries[0]?.[0] === "secure" && typeof entries[0][1] === "string") return true;
  return entries.some(([, entry]) => holdsSecret(entry));
}

function json(value: object): string {
  const text = JSON.stringify(inOrder(value));
  if (/\\ud[89a-f]/i.test(text)) checkPairs(value);
  return text.replace(/[\u007f-\uffff]/g, (unit) => `\\u${hex(unit.charCodeAt(0), 4)}`);
}

/** Keys as Go's JSON has them, so that a program sees them in the same order under the plain CLI. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, entry]): [string, unknown] => [key, inOrder(entry)]);
  return Object.fromEntries(entries.sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
}

function checkPairs(value: unknown): void {
  if (typeof value === "string") quoted(value.trimStart());
  if (typeof value === "object" && value !== null) Object.entries(value).flat().forEach(checkPairs);
}

function written(value: unknown): string {
  if (typeof value === "string") return quoted(value);
  if (Array.isArray(value)) return `[${value.map((entry) => written(entry ?? null)).join(", ")}]`;
  if (typeof value === "object" && value !== null) return mapping(value as Record<string, unknown>);
  return JSON.stringify(value);
}

function mapping(value: Record<string, unknown>): string {
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  return `{${entries.map(([key, entry]) => `${keyOf(key)}: ${written(entry)}`).join(", ")}}`;
}

/** A long key needs the explicit form: go-yaml gives an implicit one 1,024 characters at most. */
function keyOf(key: string): string {
  if (key === "<<") throw unwritable("A key `<<` is a merge to the engine, even in quotes.");
  const text = quoted(key);
  return text.length > 128 ? `? ${text} ` : text;
}

/** YAML 1.2, 5.7, "Escaped characters": `\u` takes no surrogates, so that what is above U+FFFF needs `\U`. */
function quoted(text: string): string {
  if (/^\s*[\n\r\u0085\u2028\u2029]/.test(text)) throw unwritable("A text begins with a line break.");
  return `"${Array.from(text, escaped).join("")}"`;
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (character === '"' || character === "\\") return `\\${character}`;
  if (code >= 0x20 && code < 0x7f) return character;
  if (code >= 0xd800 && code <= 0xdfff) throw unwritable("A text holds half of a surrogate pair.");
  return code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, "0");
}

function unwritable(what: string): Error {
  return badRequest(
    "config-invalid",
    `The engine cannot be given this configuration: ${what}`,
    "Use another text there.",
  );
}
