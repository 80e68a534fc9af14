import { lstatSync, readlinkSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import dockerignore from "@balena/dockerignore";
import { hasFileCode } from "../registry/files.js";

/** One entry of an app's folder, as it goes into the image. */
export interface AppFile {
  /** Relative to what is packed, with slashes. */
  path: string;
  type: "file" | "directory" | "symlink";
  /** Bytes. */
  size: number;
  executable: boolean;
  linkname?: string;
}

/** Whether a path of the app's folder goes into the image. */
export type Keeps = (path: string) => boolean;

/** Undefined for sockets, pipes and devices: an image has no use for them. */
export function describe(absolute: string, path: string): AppFile | undefined {
  const found = lstatSync(absolute);
  const executable = (found.mode & 0o100) !== 0;
  if (found.isDirectory()) return { path, type: "directory", size: 0, executable: true };
  if (found.isFile()) return { path, type: "file", size: found.size, executable };
  if (!found.isSymbolicLink()) return undefined;
  return { path, type: "symlink", size: 0, executable: true, linkname: readlinkSync(absolute) };
}

/**
 * What `.dockerignore` keeps. `node_modules` stays in even where it is excluded: that line is meant for builds that
 * install, and here nothing else brings dependencies.
 */
export async function keeper(folder: string): Promise<Keeps> {
  const patterns = await readFile(join(folder, ".dockerignore"), "utf8").catch((error: unknown) => {
    if (hasFileCode(error, "ENOENT")) return "";
    throw error;
  });
  const ignore = dockerignore.default().add(patterns.replace(/^\ufeff/, ""));
  return (path) => path === "node_modules" || path.startsWith("node_modules/") || !ignore.ignores(path);
}
