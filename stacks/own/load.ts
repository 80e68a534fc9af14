import { existsSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { basename, join } from "node:path";
import { ownProgramName } from "../../src/core/project/own-limits.js";
import { ownProblem, placeIn } from "../../src/core/project/own-program.js";
import type { Extension } from "../../types/index.js";
import { loadTypeScript, SecondCopy } from "./modules.js";

/** The function that `moorage.ts` of a folder exports; undefined where there is no such file. Raises `own-program` (exit 2). */
export async function loadOwn(folder: string): Promise<Extension | undefined> {
  const file = join(folder, ownProgramName);
  if (folder === "" || !existsSync(file)) return undefined;
  const loaded = await loadTypeScript(file).catch(async (error: unknown) => {
    throw unloadable(await realpath(folder), error);
  });
  const { default: exported } = (loaded ?? {}) as { default?: unknown };
  if (typeof exported === "function") return exported as Extension;
  throw ownProblem(
    ownProgramName,
    `its default export is ${exported === undefined ? "missing" : `a ${typeof exported}`}, and must be a function.`,
    "Write `export default (stack) => { ... }`; docs/own-resources.md shows one.",
  );
}

function unloadable(folder: string, error: unknown): Error {
  const where = placeIn(folder, error) ?? ownProgramName;
  if (error instanceof SecondCopy) {
    return ownProblem(
      where,
      `${error.request} would load a second copy of @pulumi/pulumi (${error.file}), whose resources this run would not see.`,
      "Import it from `@pulumi/pulumi` itself, in your files and in the package that asks for it.",
      error,
    );
  }
  if (!(error instanceof Error)) {
    return ownProblem(
      where,
      `as it was loaded it threw what is no Error: ${String(error)}`,
      "Correct what throws it.",
      error,
    );
  }
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "MODULE_NOT_FOUND" || code === "ERR_MODULE_NOT_FOUND") return missing(where, message, error);
  if (isSyntax(error)) return misspelt(folder, error);
  return ownProblem(where, `it failed as it was loaded: ${message}`, "Fix what the message names.", error);
}

function missing(where: string, message: string, error: unknown): Error {
  const [, name = "a module"] = /Cannot find (?:module|package) '([^']+)'/.exec(message) ?? [];
  const isPackage = !/^[./]/.test(name);
  const packageName = name.split("/", name.startsWith("@") ? 2 : 1).join("/");
  return ownProblem(
    where,
    `${name} is not there.`,
    isPackage
      ? `Install it where moorage.ts is (\`npm install ${packageName}\`); docs/own-resources.md says how a workflow does.`
      : "Correct the path of the import.",
    error,
  );
}

function isSyntax(error: Error): boolean {
  return error instanceof SyntaxError || /^Error transforming /.test(error.message);
}

/** The compiler tells the line at the end of its message; V8 in the first line of the stack. */
function misspelt(folder: string, error: Error): Error {
  const [, file = ownProgramName, words, line] =
    /^Error transforming (.+?): (?:SyntaxError: )?(.*?)(?: \((\d+):\d+\))?$/s.exec(error.message) ?? [];
  const where =
    line === undefined ? (placeIn(folder, error) ?? ownProgramName) : `${inFolder(folder, file)}:${line}`;
  const isAwait = /await is only valid|Unexpected reserved word|top-level await/i.test(error.message);
  return ownProblem(
    where,
    words ?? error.message,
    isAwait
      ? "There is no `await` outside of functions here: make the exported function async, and await in it."
      : "Correct the line: it is read as TypeScript, and run as CommonJS.",
    error,
  );
}

function inFolder(folder: string, file: string): string {
  return file.startsWith(`${folder}/`) ? file.slice(folder.length + 1) : basename(file);
}
