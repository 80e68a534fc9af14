import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, posix } from "node:path";

/** A file of a package, by its path in it (with slashes). */
export interface PackageFile {
  path: string;
  content: Buffer;
  isExecutable: boolean;
}

type Manifest = Record<string, unknown> & { files?: string[]; scripts?: Record<string, string> };

/** npm packs these whatever `files` says (npm docs, package.json, "files"). */
const always = ["package.json", "README.md", "LICENSE"];

/**
 * The files of Moorage's package, sorted by path, from a checkout or from an installed package: the same ones, and the ones
 * that `npm pack` packs.
 */
export function packageFiles(folder: string): PackageFile[] {
  const manifest = manifestIn(folder);
  const paths = new Set([
    ...always,
    ...(manifest.files ?? []).flatMap((pattern) => matching(folder, pattern)),
  ]);
  return [...paths].sort().map((path) => {
    const file = join(folder, path);
    const content = path === "package.json" ? Buffer.from(publishedManifest(manifest)) : readFileSync(file);
    return { path, content, isExecutable: (statSync(file).mode & 0o100) !== 0 };
  });
}

function manifestIn(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
}

/** What only a checkout needs. Of a git dependency npm runs `prepare` or `prepack`, and installs what they need first. */
const ofCheckout = ["workspaces", "scripts", "devDependencies", "overrides"];

/** package.json as it is published: nothing to run at installation, nothing to install. */
export function publishedManifest(manifest: Record<string, unknown>): string {
  const kept = Object.entries(manifest).filter(([name]) => !ofCheckout.includes(name));
  return `${JSON.stringify(Object.fromEntries(kept), null, 2)}\n`;
}

/** The files below a folder, or those whose name a pattern with `*` in its last part matches. */
function matching(folder: string, pattern: string): string[] {
  if (!pattern.includes("*")) return below(folder, pattern);
  const place = posix.dirname(pattern);
  const [before = "", after = ""] = posix.basename(pattern).split("*");
  return readdirSync(join(folder, place), { withFileTypes: true })
    .filter(({ name }) => name.startsWith(before) && name.endsWith(after))
    .filter((entry) => entry.isFile())
    .map(({ name }) => posix.join(place, name));
}

function below(folder: string, path: string): string[] {
  const whole = join(folder, path);
  if (statSync(whole).isFile()) return [path];
  return readdirSync(whole, { withFileTypes: true }).flatMap((entry) => {
    const inner = posix.join(path, entry.name);
    if (entry.isDirectory()) return below(folder, inner);
    // A mark of the file manager, an editor's copy: npm leaves them out too.
    return entry.isFile() && !/^(\.DS_Store|.*\.orig|\..*\.swp)$/.test(entry.name) ? [inner] : [];
  });
}
