import { lstat, readFile, realpath } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { badRequest } from "../../../core/errors.js";

/** A file's content; undefined where there is none. Raises `not-writable` (exit 2) for what is no file. */
export async function contentAt(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    if (code === "EISDIR") throw inTheWay(path, "it is a folder, and a file goes there", error);
    if (code === "ENOTDIR") throw inTheWay(path, "a folder above it is a file", error);
    throw error;
  }
}

/**
 * Refuses a path of a folder that leads elsewhere by a link: what is written or removed there would be outside of the repository.
 * Raises `not-writable` (exit 2).
 */
export async function refuseLinks(folder: string, path: string): Promise<void> {
  const file = join(folder, path);
  if ((await lstat(file).catch(() => undefined))?.isSymbolicLink() === true)
    throw inTheWay(file, "it is a link, and a file goes there");
  const above = await standing(dirname(file));
  const meant = join(await realpath(folder), relative(folder, above));
  if ((await realpath(above)) !== meant) throw inTheWay(file, "a folder above it is a link");
}

/** The lowest folder of a path that exists. */
async function standing(folder: string): Promise<string> {
  const there = await lstat(folder).then(
    () => true,
    () => false,
  );
  return there || dirname(folder) === folder ? folder : standing(dirname(folder));
}

function inTheWay(path: string, why: string, cause?: unknown): Error {
  return badRequest("not-writable", `${path} cannot be written: ${why}.`, "Move what is there away.", cause);
}
