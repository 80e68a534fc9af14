import type { MoorageError } from "./errors.js";
import type { Reporter } from "./reporter.js";
import { shownLines } from "./shown.js";

type Known = Pick<Reporter, "masked">;

/** Below it a secret is no secret, and hiding it would blank what people have to read. */
const shortest = 4;
/** Base64 of less than this stands in many a text by chance. */
const shortestEncoded = 8;
export const hidden = "***";

/**
 * A text as it may leave the run, into a record, a notification, a comment, a log or an error: no secret that the host knows
 * of stands in it, in whatever encoding (F28), and what apps and images have put into it is shown, not obeyed (F54).
 */
export function safeText({ masked }: Known, text: string): string {
  return shownLines(redacted(text, masked?.() ?? []));
}

/** Removes secrets and escapes control characters in every text of a value. */
export function safeValue<Value>({ masked }: Known, value: Value): Value {
  return mapTexts(redacted(value, masked?.() ?? []), shownLines) as Value;
}

/** Removes secrets and escapes control characters in an error's texts and result. Its cause stays. */
export function safeError(host: Known, error: MoorageError): MoorageError {
  const { message, hint, result, places, cause } = error;
  const safe = safeValue(host, { message, hint, result });
  const isSafe =
    safe.message === message && safe.hint === hint && JSON.stringify(safe.result) === JSON.stringify(result);
  if (isSafe) return error;
  const told = places.map((place) => ({ ...place, text: safeText(host, place.text) }));
  return error.with({ cause, places: told, ...safe });
}

/** The value with every secret in its texts replaced by `***`. */
export function redacted<Value>(value: Value, secrets: readonly string[]): Value {
  const forms = [...new Set(secrets.flatMap(formsOf))].sort((a, b) => b.length - a.length);
  if (forms.length === 0) return value;
  return mapTexts(value, (text) =>
    forms.reduce((left, form) => left.replaceAll(form, hidden), text),
  ) as Value;
}

function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((inner) => mapTexts(inner, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mapTexts(inner, change)]));
}

const known = new Map<string, string[]>();

/** All that gives a secret away: itself, each of its lines, the password of an address, in the encodings that texts have. */
function formsOf(secret: string): string[] {
  const found = known.get(secret);
  if (found !== undefined) return found;
  const parts = [secret.trim(), ...secret.split(/\r?\n/).map((line) => line.trim()), ...passwordOf(secret)];
  const forms = parts.filter((part) => part.length >= shortest).flatMap(encodingsOf);
  known.set(secret, forms);
  return forms;
}

function passwordOf(secret: string): string[] {
  const text = secret.trim();
  if (/\s/.test(text) || !URL.canParse(text)) return [];
  const { password } = new URL(text);
  if (password === "") return [];
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    return [password];
  }
}

function encodingsOf(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1);
  const uri = encoded(text);
  const strict = uri.replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  return [
    text,
    json,
    JSON.stringify(json).slice(1, -1),
    ...[uri, strict].flatMap((one) => [one, lowerHex(one), one.replaceAll("%20", "+")]),
    text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;"),
    text.replaceAll("'", "''"),
    text.replaceAll("'", "'\\''"),
    ...base64Of(Buffer.from(text)),
  ];
}

/** A lone surrogate has no such encoding. */
function encoded(text: string): string {
  return encodeURIComponent(text.replace(/\p{Cs}/gu, "\ufffd"));
}

function lowerHex(text: string): string {
  return text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
}

/**
 * What base64 of a longer text has of the secret wherever in it that begins (`user:secret` as basic authentication has
 * it). Source: actions/runner, `ValueEncoders`, `Base64StringEscapeShift1` and `2`.
 */
function base64Of(bytes: Buffer): string[] {
  const whole = [bytes.toString("base64"), bytes.toString("base64url")];
  const within = [0, 1, 2].flatMap((shift) => {
    const all = Buffer.concat([Buffer.alloc(shift), bytes]);
    const firstOwn = Math.ceil((shift * 8) / 6);
    const lastWhole = Math.floor((all.length * 8) / 6);
    const text = all.toString("base64").slice(firstOwn, lastWhole);
    if (text.length < shortestEncoded) return [];
    return [text, text.replaceAll("+", "-").replaceAll("/", "_")];
  });
  return [...whole.filter((text) => text.length >= shortestEncoded), ...within];
}
