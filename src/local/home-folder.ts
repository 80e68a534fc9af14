import { existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { badRequest } from "../errors.js";

/** What a home holds; while one is being made its files have a suffix. */
const own = /^(home\.json|passphrase|key)(\..*)?$|^(state|registry|images|tasks|logs|pulumi|daemon\.log)$/;

/**
 * Makes the folder of a home, or checks the one that is there. Raises `home-unusable`, or `home-not-empty` for a folder
 * with somebody's own files: it is no home yet and must not become one (exit 2).
 */
export function prepareHomeFolder(folder: string): void {
  try {
    makeFolder(folder);
    if (!statSync(folder).isDirectory()) throw new Error("it is a file");
  } catch (error) {
    throw badRequest(
      "home-unusable",
      `${folder} cannot hold the local target: ${(error as Error).message}.`,
      "Set MOORAGE_HOME to a folder that can be made.",
      error,
    );
  }
  const foreign = readdirSync(folder).filter((name) => !own.test(name));
  if (foreign.length === 0 || existsSync(`${folder}/home.json`)) return;
  throw badRequest(
    "home-not-empty",
    `${folder} holds other files (${foreign.slice(0, 3).join(", ")}): it does not become the local target's home.`,
    "Set MOORAGE_HOME to a folder that is empty or not there yet.",
  );
}

/** Folder by folder: Node's own recursive mkdir never ends where a parent denies that it exists (`/proc/x`). */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}
