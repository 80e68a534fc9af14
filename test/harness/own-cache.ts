import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/**
 * A user's cache below `folder` that has this one's engines and nothing else: what a test unpacks there goes with the folder, and is no
 * other test's. It is what `XDG_CACHE_HOME` names.
 */
export function ownCache(folder: string): string {
  const own = join(folder, "cache");
  mkdirSync(join(own, "moorage"), { recursive: true, mode: 0o700 });
  const shared = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "moorage");
  for (const name of ["engine", "engines"])
    if (existsSync(join(shared, name))) symlinkSync(join(shared, name), join(own, "moorage", name));
  return own;
}
