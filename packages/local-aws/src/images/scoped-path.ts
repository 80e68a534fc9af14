import { lstat, readlink } from "node:fs/promises";
import { join } from "node:path";
import { hasFileCode } from "../registry/files.js";

const maximumLinks = 40;

/** A path of a layer, as components: no leading slash, no `.`; an error for one that climbs with `..`. */
export function componentsOf(path: string): string[] {
  const components = path.split("/").filter((part) => part !== "" && part !== ".");
  if (components.includes("..")) throw new Error(`path "${path}" leaves the image`);
  return components;
}

/**
 * Where components lie under `root` once symbolic links are followed the way a container would: an absolute link
 * starts at `root` again, and `..` stops there. So a layer cannot write through a link to outside of the image.
 */
export async function scopedPath(root: string, components: readonly string[]): Promise<string> {
  let done: string[] = [];
  let rest = [...components];
  let links = 0;
  for (let next = rest.shift(); next !== undefined; next = rest.shift()) {
    if (next === "..") {
      done = done.slice(0, -1);
      continue;
    }
    const target = await linkTarget(join(root, ...done, next));
    if (target === undefined) {
      done.push(next);
      continue;
    }
    if (++links > maximumLinks) throw new Error(`too many symbolic links in "${components.join("/")}"`);
    if (target.startsWith("/")) done = [];
    rest = [...target.split("/").filter((part) => part !== "" && part !== "."), ...rest];
  }
  return join(root, ...done);
}

async function linkTarget(path: string): Promise<string | undefined> {
  try {
    return (await lstat(path)).isSymbolicLink() ? await readlink(path) : undefined;
  } catch (error) {
    if (hasFileCode(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
}
