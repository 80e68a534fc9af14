import { chmodSync, existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { invalidRequest } from "../failure.js";

/** What a home holds; while one is being made its files have a suffix. */
const own =
  /^(home\.json|passphrase|key|token)(\..*)?$|^(state|registry|images|tasks|logs|pulumi|daemon\.log)$/;

/**
 * Makes the folder of a home, or checks the one that is there. Raises `home-unusable`, or `home-not-empty` for a folder
 * with somebody's own files: it is no home yet and must not become one (exit 2).
 */
export function prepareHomeFolder(folder: string): void {
  usable(folder, () => {
    makeFolder(folder);
    if (!statSync(folder).isDirectory()) throw new Error("it is a file");
  });
  const foreign = readdirSync(folder).filter((name) => !own.test(name));
  if (foreign.length === 0 || existsSync(`${folder}/home.json`)) {
    usable(folder, () => closeToOthers(folder));
    return;
  }
  throw invalidRequest(
    "home-not-empty",
    `${folder} holds other files (${foreign.slice(0, 3).join(", ")}): it cannot become the local target's home.`,
    "Set MOORAGE_HOME to a folder that is empty or does not exist yet.",
  );
}

function usable(folder: string, prepare: () => void): void {
  try {
    prepare();
  } catch (error) {
    throw invalidRequest(
      "home-unusable",
      `${folder} cannot hold the local target: ${(error as Error).message}.`,
      "Set MOORAGE_HOME to a folder of your own that can be created.",
      error,
    );
  }
}

/** Whoever can read a home can use its target, and whoever can write to it can choose the credentials. */
function closeToOthers(folder: string): void {
  const { uid, mode } = statSync(folder);
  if (process.geteuid && uid !== process.geteuid()) throw new Error("it belongs to another user");
  if ((mode & 0o077) === 0) return;
  chmodSync(folder, 0o700);
  if ((statSync(folder).mode & 0o077) !== 0) {
    throw new Error("other users may open it, and its file system keeps no permissions");
  }
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
