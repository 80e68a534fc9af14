import { lstat, readFile, readdir, readlink } from "node:fs/promises";
import { join } from "node:path";
import dockerignore from "@balena/dockerignore";
import { hasCode } from "../registry/files.js";

/** One entry of an app's folder, as it goes into the image. */
export interface AppFile {
  /** Relative to the app's folder, with slashes. */
  path: string;
  type: "file" | "directory" | "symlink";
  /** Bytes. */
  size: number;
  executable: boolean;
  linkname?: string;
}

type Keeps = (path: string) => boolean;

/**
 * The app's files in a fixed order, without `.git` and what `.dockerignore` excludes. `node_modules` stays in even
 * where it is excluded: that line is meant for builds that install, and here nothing else brings dependencies.
 */
export async function listAppFiles(folder: string): Promise<AppFile[]> {
  const files: AppFile[] = [];
  await walk(folder, "", await keeper(folder), files);
  return files.sort((one, other) => (one.path < other.path ? -1 : 1));
}

async function walk(root: string, below: string, keeps: Keeps, files: AppFile[]): Promise<void> {
  for (const name of await readdir(join(root, below))) {
    const path = below === "" ? name : `${below}/${name}`;
    const file = await describe(join(root, path), path);
    if (file === undefined || path === ".git") continue;
    if (keeps(path)) files.push(file);
    // An excluded folder may hold what a later `!` line takes back, so it is looked into.
    if (file.type === "directory") await walk(root, path, keeps, files);
  }
}

/** Undefined for sockets, pipes and devices: an image has no use for them. */
async function describe(absolute: string, path: string): Promise<AppFile | undefined> {
  const found = await lstat(absolute);
  const executable = (found.mode & 0o100) !== 0;
  if (found.isDirectory()) return { path, type: "directory", size: 0, executable: true };
  if (found.isFile()) return { path, type: "file", size: found.size, executable };
  if (!found.isSymbolicLink()) return undefined;
  return { path, type: "symlink", size: 0, executable: true, linkname: await readlink(absolute) };
}

async function keeper(folder: string): Promise<Keeps> {
  const patterns = await readFile(join(folder, ".dockerignore"), "utf8").catch((error: unknown) => {
    if (hasCode(error, "ENOENT")) return "";
    throw error;
  });
  const ignore = dockerignore.default().add(patterns);
  return (path) => path === "node_modules" || path.startsWith("node_modules/") || !ignore.ignores(path);
}
