import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Makes a folder and those above it that are not there; errors are the file system's. Node's own `recursive` never comes back,
 * and cannot be interrupted, where a folder exists in which none can be made: `/proc`, or one that was removed under this
 * process (Node 20.20, `MKDirpSync`: it takes "not there" for "the folder above is not there" for ever).
 */
export function makeFolder(path: string, mode = 0o777): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" && statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
    const above = dirname(path);
    if (code !== "ENOENT" || above === path) throw error;
    makeFolder(above, mode);
    makeOnly(path, mode);
  }
}

/** Another process may make it at the same moment. */
function makeOnly(path: string, mode: number): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    const isMade = (error as NodeJS.ErrnoException).code === "EEXIST" && statSync(path).isDirectory();
    if (!isMade) throw error;
  }
}
