import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { userCache } from "./user-cache.js";

/**
 * A user's cache below `folder` that has this one's engines and nothing else: what a test unpacks there goes with the folder, and is no
 * other test's. It is what `XDG_CACHE_HOME` names.
 */
export function ownCache(folder: string): string {
  const own = join(folder, "cache");
  mkdirSync(join(own, "moorage"), { recursive: true, mode: 0o700 });
  for (const name of ["engine", "engines"])
    if (existsSync(userCache(name))) symlinkSync(userCache(name), join(own, "moorage", name));
  return own;
}
