import type { MoorageError } from "../core/errors.js";

/** An error as a person reads it, its code at the end of the first line: docs/error-codes.md has more about each. */
export function errorText({ code, message, hint }: Pick<MoorageError, "code" | "message" | "hint">): string {
  const [first = "", ...rest] = message.split("\n");
  return [`error: ${first} [${code}]`, ...rest, ...(hint ? [`  -> ${hint}`] : []), ""].join("\n");
}
