import { badRequest, type MoorageError } from "../errors.js";

/** What is wrong in the team's own program: `where` is a file, or a file and a line. */
export function ownProblem(where: string, what: string, hint: string, cause?: unknown): MoorageError {
  return badRequest("own-program", `${where}: ${what}`, hint, cause);
}

/**
 * The first place in the team's own files that an error's stack names, as `moorage.ts:12`; undefined where it names none. Source:
 * V8, "Stack trace API".
 */
export function placeIn(folder: string, error: unknown): string | undefined {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const prefix = folder.endsWith("/") ? folder : `${folder}/`;
  for (const line of stack.split("\n")) {
    const at = line.indexOf(prefix);
    if (at < 0 || line.includes("/node_modules/", at)) continue;
    const [, file, number] = /^([^():]+\.[cm]?[jt]s):(\d+)/.exec(line.slice(at + prefix.length)) ?? [];
    if (file !== undefined && number !== undefined) return `${file}:${number}`;
  }
  return undefined;
}
