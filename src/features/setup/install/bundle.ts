import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { badRequest } from "../../../core/errors.js";
import { packageFolder } from "../../../core/own-modules.js";
import { broken, contentsHash, packArchive, sha256, unpackArchive } from "./archive.js";
import { type PackageFile, packageFiles } from "./package-files.js";

/** A packed Moorage. */
export interface Bundle {
  version: string;
  /** `moorage-0.1.0.tgz`. */
  name: string;
  archive: Buffer;
  sha256: string;
  /** Of what is in it, however it is compressed. */
  contents: string;
  files: readonly PackageFile[];
}

let own: Promise<Bundle> | undefined;

/** This Moorage, packed: an installed one, a vendored one, or a checkout that is built. Raises `not-built` (exit 2). */
export function ownBundle(): Promise<Bundle> {
  return (own ??= packOwn());
}

async function packOwn(): Promise<Bundle> {
  const folder = packageFolder();
  if (!existsSync(join(folder, "dist", "main.js"))) throw notBuilt(folder);
  const files = packageFiles(folder);
  return bundleOf(await packArchive(files), files, folder);
}

/** A packed Moorage from its archive. Raises `bundle-broken` (exit 2). */
export async function readBundle(archive: Buffer, name: string): Promise<Bundle> {
  return bundleOf(archive, await unpackArchive(archive, name), name);
}

function bundleOf(archive: Buffer, files: readonly PackageFile[], from: string): Bundle {
  const text = files.find(({ path }) => path === "package.json")?.content.toString("utf8") ?? "";
  const manifest = manifestShape.safeParse(jsonIn(text));
  const runs = files.some(({ path }) => path === "bin/moorage.js");
  if (!manifest.success || !runs) throw broken(from, "its package.json or program is missing");
  const { version } = manifest.data;
  const named = { version, name: `moorage-${version}.tgz` };
  return { ...named, archive, files, sha256: sha256(archive), contents: contentsHash(files) };
}

const manifestShape = z.looseObject({
  name: z.literal("moorage"),
  version: z.string().regex(/^[0-9A-Za-z.+-]{1,64}$/),
});

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What a packed Moorage has at a path. Raises `bundle-broken` (exit 2) where it has none. */
export function bundledFile({ files, name }: Bundle, path: string): string {
  const found = files.find((file) => file.path === path);
  if (found === undefined) throw broken(name, `it has no ${path}`);
  return found.content.toString("utf8");
}

function notBuilt(folder: string): Error {
  return badRequest(
    "not-built",
    `${folder} is a checkout of Moorage that is not built.`,
    "Run `npm run build` there, then run the command again.",
  );
}
