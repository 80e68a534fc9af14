import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from "diff";
import type { ScaffoldFile } from "./file.js";

/** A file as it would be, beside how it is. */
export interface Comparison extends ScaffoldFile {
  state: "new" | "same" | "differs";
  /** What would change, as a unified diff; empty where nothing of somebody's would. */
  difference: string;
}

export function compareAll(folder: string, files: readonly ScaffoldFile[]): Promise<Comparison[]> {
  return Promise.all(files.map((file) => compare(folder, file)));
}

async function compare(folder: string, file: ScaffoldFile): Promise<Comparison> {
  const found = await contentOf(join(folder, file.path));
  if (found === undefined) return { ...file, state: "new", difference: "" };
  if (found === file.content) return { ...file, state: "same", difference: "" };
  const difference = createTwoFilesPatch(file.path, file.path, found, file.content, "here", "would be", {
    headerOptions: FILE_HEADERS_ONLY,
  });
  return { ...file, state: "differs", difference };
}

async function contentOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
