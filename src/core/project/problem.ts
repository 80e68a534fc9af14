import { MoorageError } from "../errors.js";

/** What is wrong and how to fix it, as the engine shows it; undefined for an error that is no mistake of a person. */
export function problemText(error: unknown): string | undefined {
  return error instanceof MoorageError ? `${error.message}\n${error.hint}` : undefined;
}
