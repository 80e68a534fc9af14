import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { join } from "node:path";
import { Transform, type TransformCallback } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { pack, type Pack } from "tar-stream";
import { mediaTypes } from "../registry/manifest.js";
import type { AppFile } from "./app-files.js";

/** A file of known digest, on its way to a registry. */
export interface BlobSource {
  mediaType: string;
  digest: string;
  /** Bytes. */
  size: number;
  file: string;
}

/** A layer's file, and the digest of the tar inside it, which the image's config names. */
export interface Layer extends BlobSource {
  diffId: string;
}

/**
 * Writes the files as a layer under `prefix` (`app`), and nothing of when, where and by whom: the same content gives
 * the same bytes. It is gzip in form only (level 0): bytes are cheap on loopback, but skopeo and others compress a
 * plain tar when they copy it, which would change the image's digest.
 */
export async function writeLayer(
  folder: string,
  files: readonly AppFile[],
  prefix: string,
  target: string,
): Promise<Layer> {
  const archive = pack();
  const packing = addAll(archive, folder, files, prefix);
  const plain = new Measure();
  const packed = new Measure();
  const writing = pipeline(archive, plain, createGzip({ level: 0 }), packed, createWriteStream(target));
  await Promise.all([packing, writing]);
  return {
    mediaType: `${mediaTypes.layer}+gzip`,
    digest: packed.digest(),
    size: packed.size,
    file: target,
    diffId: plain.digest(),
  };
}

/** Passes bytes on, and knows their digest and number in the end. */
class Measure extends Transform {
  size = 0;
  private readonly hash = createHash("sha256");

  override _transform(piece: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.hash.update(piece);
    this.size += piece.length;
    done(null, piece);
  }

  digest(): string {
    return `sha256:${this.hash.digest("hex")}`;
  }
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
