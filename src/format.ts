import { exitCodes, MoorageError } from "./errors.js";
import { moorageVersion } from "./version.js";

/**
 * Of a record, a lock, an image or a build that a newer Moorage wrote in a form that this copy does not know (F57, exit 4).
 * `where`: what it is, as in `The record of dev`. `writer`: what it says of the version that wrote it.
 */
export function newerFormat(where: string, format: number, writer: unknown): MoorageError {
  const isVersion = typeof writer === "string" && /^[\w.+-]{1,40}$/.test(writer);
  return new MoorageError({
    code: "format-newer",
    message: `${where} was written by Moorage ${isVersion ? writer : "of a newer version"}, in format ${String(format)}, which Moorage ${moorageVersion()} does not know.`,
    hint: `Use Moorage ${isVersion ? `${writer} or newer` : "of the main branch"} here: bring this branch up to date. Nothing was changed.`,
    exitCode: exitCodes.refused,
    fault: "caller",
  });
}
