/** Applies a layer as https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md describes it. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { chmod, link, lstat, mkdir, open, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { Transform, type Duplex } from "node:stream";
import * as zlib from "node:zlib";
import { extract, type Extract } from "tar-stream";
import { hasFileCode } from "../registry/files.js";
import { componentsOf, scopedPath } from "./scoped-path.js";

const whiteout = ".wh.";
const opaque = ".wh..wh..opq";

type Entry = Extract extends AsyncIterable<infer Item> ? Item : never;

/**
 * Applies the layer in `file` (plain, gzip or zstd) onto `rootfs`, and returns the digest of its tar (its diff id).
 * Throws when it reaches outside of it.
 */
export async function applyLayer(file: string, rootfs: string): Promise<string> {
  const written = new Set<string>();
  const entries = extract();
  const hash = createHash("sha256");
  const measure = new Transform({
    transform(piece: Buffer, _encoding, done) {
      hash.update(piece);
      done(null, piece);
    },
  });
  const reading = pipeline(createReadStream(file), await decoder(file), measure, entries);
  const applying = (async () => {
    for await (const entry of entries) {
      await applyEntry(entry, rootfs, written);
      entry.resume();
    }
  })();
  // Both end for either's failure; an entry that was refused is the better story than the pipe that broke for it.
  const outcomes = await Promise.allSettled([applying, reading]);
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  return `sha256:${hash.digest("hex")}`;
}

async function applyEntry(entry: Entry, rootfs: string, written: Set<string>): Promise<void> {
  const components = componentsOf(entry.header.name);
  const name = components.pop();
  if (name === undefined) return;
  const parent = await scopedPath(rootfs, components);
  if (name === opaque) return hideAllIn(parent, written);
  if (name.startsWith(whiteout)) return hide(whitedOut(parent, name), written);
  await mkdir(parent, { recursive: true });
  const path = join(parent, name);
  await makeRoom(path, entry.header.type === "directory");
  await writeEntry(entry, path, rootfs);
  for (let own = path; own.length > rootfs.length && !written.has(own); own = dirname(own)) written.add(own);
}

async function writeEntry(entry: Entry, path: string, rootfs: string): Promise<void> {
  const { type, mode = 0o644, linkname } = entry.header;
  switch (type) {
    case "directory":
      await mkdir(path, { recursive: true });
      // The owner can always enter and delete: tasks run, and images are removed, without root.
      return chmod(path, (mode & 0o777) | 0o700);
    case "symlink":
      return symlink(linkname ?? "", path);
    case "link": {
      const target = componentsOf(linkname ?? "");
      const targetName = target.pop() ?? "";
      return link(join(await scopedPath(rootfs, target), targetName), path);
    }
    case "file":
    case "contiguous-file":
      // Not a pipeline: that would wait for ever for an entry that broke off before it was read.
      await writeFile(path, entry as AsyncIterable<Uint8Array>, { flag: "wx" });
      return chmod(path, (mode & 0o777) | 0o600);
    default:
    // Devices and pipes: a process on the host has the host's.
  }
}

/** What an earlier layer left at the path goes, except a directory that stays one. */
async function makeRoom(path: string, directory: boolean): Promise<void> {
  try {
    const existing = await lstat(path);
    if (!(directory && existing.isDirectory())) await rm(path, { recursive: true });
  } catch (error) {
    if (!hasFileCode(error, "ENOENT")) throw error;
  }
}

function whitedOut(parent: string, name: string): string {
  const hidden = name.slice(whiteout.length);
  if (hidden === "" || hidden === "." || hidden === "..")
    throw new Error(`whiteout of "${hidden}" leaves the image`);
  return join(parent, hidden);
}

/** A whiteout hides what lower layers put there, not what its own layer does, wherever in the layer it stands. */
async function hide(path: string, written: ReadonlySet<string>): Promise<void> {
  if (!written.has(path)) return rm(path, { recursive: true, force: true });
  const own = await lstat(path).catch((error: unknown) => {
    if (!hasFileCode(error, "ENOENT", "ENOTDIR")) throw error;
    return undefined;
  });
  if (own?.isDirectory()) await hideAllIn(path, written);
}

async function hideAllIn(folder: string, written: ReadonlySet<string>): Promise<void> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (hasFileCode(error, "ENOENT", "ENOTDIR")) return [];
    throw error;
  });
  for (const name of names) await hide(join(folder, name), written);
}

/** By the first bytes, as Docker does: media types are often wrong about compression. */
async function decoder(file: string): Promise<Duplex> {
  const magic = await firstBytes(file);
  if (magic.startsWith("1f8b")) return zlib.createGunzip();
  if (!magic.startsWith("28b52ffd"))
    return new Transform({ transform: (chunk, _, done) => done(null, chunk) });
  const { createZstdDecompress } = zlib as { createZstdDecompress?: () => Duplex };
  if (!createZstdDecompress)
    throw new Error("the layer is compressed with zstd, which needs Node 22.15 or newer");
  return createZstdDecompress();
}

async function firstBytes(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.subarray(0, bytesRead).toString("hex");
  } finally {
    await handle.close();
  }
}
