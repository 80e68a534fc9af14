import { randomUUID } from "node:crypto";
import { copyFile, link, mkdir, rename } from "node:fs/promises";
import { dirname } from "node:path";

export function hasFileCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && codes.includes((error as NodeJS.ErrnoException).code ?? "");
}

/**
 * The same bytes under a second name: a hard link, or a copy where the file system has none. A file that is there
 * already stays: names are digests, so it has the same bytes.
 */
export async function share(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  try {
    await link(from, to);
  } catch (error) {
    if (hasFileCode(error, "EEXIST")) return;
    if (!hasFileCode(error, "EPERM", "ENOTSUP", "EXDEV", "EMLINK", "ENOSYS")) throw error;
    const copy = `${to}.${randomUUID()}`;
    await copyFile(from, copy);
    await rename(copy, to);
  }
}
