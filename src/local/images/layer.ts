import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { pack, type Pack } from "tar-stream";
import type { AppFile } from "./app-files.js";

/** A file of known digest, on its way to a registry. */
export interface BlobSource {
  mediaType: string;
  digest: string;
  /** Bytes. */
  size: number;
  file: string;
}

/**
 * Writes the files as an uncompressed tar under `prefix` (`app`), and nothing of when, where and by whom: the same
 * content gives the same bytes. Compression would cost time on loopback, and its bytes differ between zlib versions.
 */
export async function writeLayer(
  folder: string,
  files: readonly AppFile[],
  prefix: string,
  target: string,
): Promise<{ digest: string; size: number }> {
  const archive = pack();
  const packing = addAll(archive, folder, files, prefix);
  const [, measured] = await Promise.all([packing, writeMeasured(archive, target)]);
  return measured;
}

async function addAll(
  archive: Pack,
  folder: string,
  files: readonly AppFile[],
  prefix: string,
): Promise<void> {
  try {
    await add(archive, { path: prefix, type: "directory", size: 0, executable: true });
    for (const file of files) {
      await add(archive, { ...file, path: `${prefix}/${file.path}` }, join(folder, file.path));
    }
    archive.finalize();
  } catch (error) {
    archive.destroy(error as Error);
    throw error;
  }
}

async function add(archive: Pack, file: AppFile, source?: string): Promise<void> {
  const header = {
    name: file.path,
    type: file.type,
    size: file.size,
    mode: file.executable ? 0o755 : 0o644,
    mtime: new Date(0),
    linkname: file.linkname,
    uid: 0,
    gid: 0,
  };
  if (file.type === "file" && source !== undefined && file.size > 0) {
    return pipeline(createReadStream(source), archive.entry(header));
  }
  await new Promise<void>((resolve, reject) => {
    archive.entry(header, "", (error) => (error ? reject(error) : resolve()));
  });
}

async function writeMeasured(source: Pack, target: string): Promise<{ digest: string; size: number }> {
  const hash = createHash("sha256");
  let size = 0;
  const measure = new Transform({
    transform(piece: Buffer, _encoding, done) {
      hash.update(piece);
      size += piece.length;
      done(null, piece);
    },
  });
  await pipeline(source, measure, createWriteStream(target));
  return { digest: `sha256:${hash.digest("hex")}`, size };
}
