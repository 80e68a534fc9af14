import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { lstat, mkdir, readFile, realpath, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { digestOf } from "../../adapters/aws/registry.js";
import type { ImageFiles } from "../../adapters/images/builder.js";
import { badLayout, refusedImages } from "./refused-images.js";
import { type SavedIndex, savedIndexSchema } from "./saved-index.js";

/**
 * Saved images lie in one OCI image layout, which Skopeo and others read too. It has no archives: a file is found by
 * its digest only, so that what is inside cannot name a path.
 * Source: https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md
 */
const largestDocument = 4 * 1024 * 1024;

/** Moves an image's blobs into the layout, and writes its manifest there. Returns the manifest's digest. */
export async function addImage(folder: string, { blobs, manifest }: ImageFiles): Promise<string> {
  await mkdir(join(folder, "blobs/sha256"), { recursive: true });
  const files = new Map(blobs.map(({ digest, file }) => [digest, file]));
  for (const [digest, file] of files) await rename(file, pathOf(folder, digest));
  const digest = digestOf(manifest);
  await writeFile(pathOf(folder, digest), manifest);
  return digest;
}

/** Written last: a folder without it holds nothing. */
export async function writeIndex(folder: string, index: SavedIndex): Promise<void> {
  await writeFile(join(folder, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
  await writeFile(join(folder, "index.json"), `${JSON.stringify(index, null, 2)}\n`);
}

/** What the folder says that it holds. Raises `saved-images-unreadable` (exit 2). */
export async function readIndex(folder: string): Promise<SavedIndex> {
  const path = join(folder, "index.json");
  const size = await lstat(path).then(
    (found) => (found.isFile() ? found.size : Infinity),
    () => Infinity,
  );
  if (size > largestDocument) throw badLayout(folder, "there is no file index.json, or it is too large");
  const parsed = savedIndexSchema.safeParse(parseJson(await readFile(path)));
  if (!parsed.success) throw badLayout(folder, "index.json is not one that `moorage build --save` writes");
  return parsed.data;
}

/** A blob's file, when its bytes are those that the digest names. Raises `saved-images-refused` (exit 4). */
export async function findBlob(folder: string, digest: string): Promise<{ file: string; size: number }> {
  const file = pathOf(await realpath(folder), digest);
  // A link could name any file of this machine.
  if ((await realpath(file).catch(() => undefined)) !== file) throw refusedImages(`${digest} is not there`);
  const found = await lstat(file);
  if (!found.isFile()) throw refusedImages(`${digest} is no file`);
  const hash = createHash("sha256");
  for await (const piece of createReadStream(file)) hash.update(piece as Buffer);
  if (`sha256:${hash.digest("hex")}` !== digest) throw refusedImages(`${digest} has other bytes`);
  return { file, size: found.size };
}

/** A small blob's bytes, checked as `findBlob` does. */
export async function readDocument(folder: string, digest: string): Promise<Buffer> {
  const { file, size } = await findBlob(folder, digest);
  if (size > largestDocument) throw refusedImages(`${digest} is too large for a manifest or configuration`);
  return readFile(file);
}

/** Undefined for what is no JSON. */
export function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
}

function pathOf(folder: string, digest: string): string {
  return join(folder, "blobs/sha256", digest.slice("sha256:".length));
}
