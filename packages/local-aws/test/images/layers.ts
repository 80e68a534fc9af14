import { gzipSync } from "node:zlib";
import { writeFile } from "node:fs/promises";
import { pack } from "tar-stream";

export interface TarEntry {
  name: string;
  type?: "file" | "directory" | "symlink" | "link" | "fifo";
  body?: string;
  linkname?: string;
  mode?: number;
}

/** A tar with exactly these entries, however hostile. */
export async function tar(entries: readonly TarEntry[]): Promise<Buffer> {
  const archive = pack();
  for (const { name, type = "file", body = "", linkname, mode = 0o644 } of entries) {
    archive.entry({ name, type, linkname, mode }, body);
  }
  archive.finalize();
  const pieces: Uint8Array[] = [];
  for await (const piece of archive) pieces.push(piece as Uint8Array);
  return Buffer.concat(pieces);
}

export async function writeTar(
  file: string,
  entries: readonly TarEntry[],
  compress = false,
): Promise<string> {
  const bytes = await tar(entries);
  await writeFile(file, compress ? gzipSync(bytes) : bytes);
  return file;
}
