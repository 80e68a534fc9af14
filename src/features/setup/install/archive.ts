import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { badRequest } from "../../../core/errors.js";
import type { PackageFile } from "./package-files.js";

const block = 512;

/** Of the contents (bytes): eight times what a package has. */
const largest = 64 * 1024 * 1024;

/** Where npm has a package's files in its archive. */
const top = "package/";

/** npm gives all files this time, so that archives of one content are alike. Source: npm's `tar` options, `mtime`. */
const madeAt = Date.UTC(1985, 9, 26, 8, 15) / 1_000;

/** A package as `npm pack` makes it (`.tgz`): POSIX ustar, compressed with gzip. */
export async function packArchive(files: readonly PackageFile[]): Promise<Buffer> {
  const parts = files.flatMap(({ path, content, isExecutable }) => [
    headerOf(`${top}${path}`, content.length, isExecutable ? 0o755 : 0o644),
    content,
    Buffer.alloc((block - (content.length % block)) % block),
  ]);
  return promisify(gzip)(Buffer.concat([...parts, Buffer.alloc(2 * block)]), { level: 9 });
}

/** Source: POSIX, pax, "ustar Interchange Format". */
function headerOf(path: string, size: number, mode: number): Buffer {
  if (Buffer.byteLength(path) > 100) throw new Error(`${path} is too long for a ustar name`);
  const header = Buffer.alloc(block);
  const octal = (value: number, width: number) => value.toString(8).padStart(width - 1, "0");
  header.write(path, 0);
  header.write(octal(mode, 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  header.write(octal(size, 12), 124);
  header.write(octal(madeAt, 12), 136);
  header.write(" ".repeat(8), 148);
  header.write("0", 156);
  header.write("ustar\u000000", 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 7)}\u0000 `, 148);
  return header;
}

/** The files of an archive of npm's, sorted by path. Raises `bundle-broken` (exit 2) for anything else. */
export async function unpackArchive(archive: Buffer, name: string): Promise<PackageFile[]> {
  const tar = await promisify(gunzip)(archive, { maxOutputLength: largest }).catch((error: unknown) => {
    throw broken(name, "it is no gzip file, or one of more than 64 MB", error);
  });
  const files: PackageFile[] = [];
  for (let at = 0; at + block <= tar.length && tar[at] !== 0;) {
    const text = (from: number, to: number) =>
      tar.toString("utf8", at + from, at + to).split("\u0000")[0] ?? "";
    const size = parseInt(text(124, 136), 8);
    const path = text(0, 100);
    const prefix = text(345, 500);
    const kind = text(156, 157) || "0";
    const start = at + block;
    if (Number.isNaN(size) || size < 0 || start + size > tar.length) throw broken(name, "it is cut off");
    at = start + Math.ceil(size / block) * block;
    if (kind === "5" || kind === "g") continue;
    const whole = prefix === "" ? path : `${prefix}/${path}`;
    if (kind !== "0" || !whole.startsWith(top) || whole.split("/").includes(".."))
      throw broken(name, `it holds ${JSON.stringify(whole)}, which no package of Moorage has`);
    const isExecutable = (parseInt(text(100, 108), 8) & 0o100) !== 0;
    files.push({ path: whole.slice(top.length), content: tar.subarray(start, start + size), isExecutable });
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

export function sha256(content: Buffer | string): string {
  return createHash("sha256").update(content).digest("hex");
}

/**
 * Names what an archive holds, however it is compressed: zlib's output differs between Node versions. By hand:
 * `tar xzf FILE && find package -type f | LC_ALL=C sort | xargs sha256sum | sha256sum`
 */
export function contentsHash(files: readonly PackageFile[]): string {
  return sha256(files.map(({ path, content }) => `${sha256(content)}  ${top}${path}\n`).join(""));
}

export function broken(name: string, why: string, cause?: unknown): Error {
  return badRequest(
    "bundle-broken",
    `${name} is not a package of Moorage: ${why}.`,
    "Give a moorage-<version>.tgz of a release, or one that `npm pack` made in a checkout.",
    cause,
  );
}
