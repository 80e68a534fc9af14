import { join } from "node:path";
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from "diff";
import { contentAt, refuseLinks } from "../install/content-at.js";
import type { ScaffoldFile } from "./file.js";

/** A file as it would be, beside how it is. */
export interface Comparison extends ScaffoldFile {
  state: "new" | "same" | "differs";
  /** What is there now. */
  found: Buffer | undefined;
  /** What would change, as a unified diff; empty where nothing of somebody's would. */
  difference: string;
}

export function compareAll(folder: string, files: readonly ScaffoldFile[]): Promise<Comparison[]> {
  return Promise.all(files.map((file) => compare(folder, file)));
}

async function compare(folder: string, file: ScaffoldFile): Promise<Comparison> {
  // Before anything is written.
  await refuseLinks(folder, file.path);
  const found = await contentAt(join(folder, file.path));
  if (found === undefined) return { ...file, state: "new", found, difference: "" };
  if (file.isOptional || found.equals(Buffer.from(file.content)))
    return { ...file, state: "same", found, difference: "" };
  return { ...file, state: "differs", found, difference: differenceOf(file.path, found, file.content) };
}

/** As git shows it; `after` is undefined for what would be removed. */
export function differenceOf(path: string, found: Buffer, after: string | Buffer | undefined): string {
  if (Buffer.isBuffer(after) || found.includes(0)) return `Binary file ${path} differs\n`;
  return createTwoFilesPatch(path, path, found.toString("utf8"), after ?? "", "here", "would be", {
    headerOptions: FILE_HEADERS_ONLY,
  });
}
