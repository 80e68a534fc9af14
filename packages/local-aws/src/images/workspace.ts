/** Where an app's dependencies are looked for: as Node does, upwards, and no further than its workspace. */
import { existsSync, lstatSync, readFileSync } from "node:fs";
import { basename, dirname, join, sep } from "node:path";

/** The fields of a package.json that name other packages. */
export interface Dependencies {
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

/**
 * The folder that holds the app's workspace: the nearest one above that names workspaces (npm, yarn, pnpm) or is a git
 * repository's top; the app's own where there is none. What lies outside of it is never brought into an image.
 */
export function workspaceOf(folder: string): string {
  for (const above of ancestors(folder)) {
    if (existsSync(join(above, "pnpm-workspace.yaml")) || namesWorkspaces(above)) return above;
    if (existsSync(join(above, ".git"))) return above;
  }
  return folder;
}

function namesWorkspaces(folder: string): boolean {
  return (packageIn(folder) as { workspaces?: unknown } | undefined)?.workspaces !== undefined;
}

function ancestors(folder: string): string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...ancestors(above)];
}

/** What a folder's package.json says; undefined where there is none that can be read. */
export function packageIn(folder: string): Dependencies | undefined {
  try {
    const text = readFileSync(join(folder, "package.json"), "utf8");
    const json: unknown = JSON.parse(text.replace(/^\uFEFF/, ""));
    return typeof json === "object" && json !== null ? json : undefined;
  } catch {
    return undefined;
  }
}

/** The `node_modules` folders in which Node looks for a package that code in `folder` names, the nearest first. */
export function moduleFolders(folder: string, workspace: string): string[] {
  return ancestors(folder)
    .filter((each) => isWithin(workspace, each) && basename(each) !== "node_modules")
    .map((each) => join(each, "node_modules"));
}

/** Where a package lies, perhaps as a link; undefined where it is not installed. */
export function findPackage(name: string, folder: string, workspace: string): string | undefined {
  return moduleFolders(folder, workspace)
    .map((modules) => join(modules, name))
    .find((place) => lstatSync(place, { throwIfNoEntry: false }) !== undefined);
}

export function isWithin(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
