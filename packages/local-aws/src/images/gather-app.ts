import { lstatSync, readdirSync, readlinkSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { invalidRequest } from "../failure.js";
import { describe, keeper, type AppFile, type Keeps } from "./app-files.js";
import { findPackage, isWithin, moduleFolders, packageIn, workspaceOf } from "./workspace.js";
import { truePath } from "../platform/index.js";

/** All that an app's image holds of this machine's files. */
export interface GatheredApp {
  /** What `files` are relative to: the app's folder, or one above where the app needs more than its folder holds. */
  base: string;
  /** The app's folder, relative to `base`; empty where it is the same. */
  app: string;
  files: AppFile[];
}

/**
 * The app's folder, and what it needs from elsewhere in its workspace: dependencies that are installed further up, and
 * what links point at. Everything keeps its place relative to everything else, so that Node finds it as it does here.
 * Raises `link-leaves-image` and `link-dangles` (exit 2), naming the link: what is not in the image cannot be there when
 * it runs.
 */
export async function gatherApp(given: string): Promise<GatheredApp> {
  const folder = truePath(given);
  const gatherer = new Gatherer(folder, workspaceOf(folder), await keeper(folder));
  gatherer.tree(folder);
  gatherer.finish();
  const base = gatherer.base();
  const files = [...gatherer.found].map(([path, file]) => ({ ...file, path: slashed(relative(base, path)) }));
  checkLinks(base, files);
  return {
    base,
    app: slashed(relative(base, folder)),
    files: files.sort((one, other) => (one.path < other.path ? -1 : 1)),
  };
}

class Gatherer {
  /** By absolute path. */
  readonly found = new Map<string, AppFile>();
  private readonly trees: string[] = [];

  constructor(
    private readonly folder: string,
    private readonly workspace: string,
    private readonly keeps: Keeps,
  ) {}

  /** A folder with all that is in it, and what the packages and links in it need. */
  tree(root: string): void {
    if (this.trees.some((tree) => isWithin(tree, root))) return;
    this.trees.push(root);
    if (root !== this.folder) this.found.set(root, directory);
    this.walk(root, root);
    this.dependencies(root);
  }

  /** The commands of packages that were brought from further up. */
  finish(): void {
    for (const modules of moduleFolders(this.folder, this.workspace).slice(1)) {
      const commands = join(modules, ".bin");
      for (const name of namesIn(commands)) {
        const link = join(commands, name);
        if (!lstatSync(link).isSymbolicLink()) continue;
        if (this.found.has(resolve(commands, readlinkSync(link)))) this.path(link, link);
      }
    }
  }

  base(): string {
    const tops = [...this.found.keys()].map((path) => dirname(path));
    return tops.reduce((base, top) => {
      let shared = base;
      while (!isWithin(shared, top)) shared = dirname(shared);
      return shared;
    }, this.folder);
  }

  private walk(root: string, folder: string): void {
    for (const name of readdirSync(folder).sort()) {
      const path = join(folder, name);
      if (name === ".git" && folder === root) continue;
      const kept = root !== this.folder || this.keeps(slashed(relative(root, path)));
      const file = describe(path, path);
      if (file === undefined) continue;
      if (kept) this.add(path, file);
      if (file.type !== "directory") continue;
      // An excluded folder may hold what a later `!` line takes back, so it is looked into.
      this.walk(root, path);
      if (kept && isPackage(path)) this.dependencies(path);
    }
  }

  private add(path: string, file: AppFile): void {
    if (file.type !== "symlink") return void this.found.set(path, file);
    const target = file.linkname ?? "";
    const whole = resolve(dirname(path), target);
    if (isAbsolute(target)) {
      if (!isWithin(this.folder, whole)) throw leaves(path, target, this.workspace);
      this.found.set(path, { ...file, linkname: slashed(relative(dirname(path), whole)) || "." });
    } else {
      this.found.set(path, file);
    }
    if (!this.trees.some((tree) => isWithin(tree, whole))) this.path(whole, path, target);
  }

  /** A path outside of the trees, link by link, as the image needs all of them. `link`: what led there. */
  private path(path: string, link: string, target = path): void {
    if (!isWithin(this.workspace, path)) throw leaves(link, target, this.workspace);
    let current = this.workspace;
    const names = relative(this.workspace, path).split(sep).filter(Boolean);
    for (const [index, name] of names.entries()) {
      current = join(current, name);
      if (this.found.get(current)?.type === "directory") continue;
      const file = lstatSync(current, { throwIfNoEntry: false }) && describe(current, current);
      if (file === undefined) throw dangles(link, target);
      if (file.type === "symlink") {
        if (this.found.has(current)) return;
        this.add(current, file);
        const rest = names.slice(index + 1);
        if (rest.length > 0) this.path(join(dirname(current), file.linkname ?? "", ...rest), link, target);
        return;
      }
      if (file.type === "file") return void this.found.set(current, file);
    }
    this.tree(current);
  }

  private dependencies(folder: string): void {
    const { dependencies, optionalDependencies, peerDependencies } = packageIn(folder) ?? {};
    const named = { ...peerDependencies, ...optionalDependencies, ...dependencies };
    for (const name of Object.keys(named)) {
      const place = findPackage(name, folder, this.workspace);
      if (place !== undefined && !this.trees.some((tree) => isWithin(tree, place))) this.path(place, place);
    }
  }
}

const directory: AppFile = { path: "", type: "directory", size: 0, executable: true };

/** `node_modules/a` and `node_modules/@a/b`. */
function isPackage(path: string): boolean {
  const above = dirname(path);
  if (basename(path).startsWith("@")) return false;
  return basename(above) === "node_modules" || basename(dirname(above)) === "node_modules";
}

/** Each link, followed as in the image, must end at something that is in it. */
function checkLinks(base: string, files: readonly AppFile[]): void {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const folders = new Set(files.flatMap(({ path }) => parentsOf(path)));
  for (const file of files) {
    if (file.type !== "symlink" || leadsSomewhere(file, byPath, folders)) continue;
    throw dangles(join(base, file.path), file.linkname ?? "");
  }
}

const mostLinks = 40;

function leadsSomewhere(
  link: AppFile,
  files: ReadonlyMap<string, AppFile>,
  folders: ReadonlySet<string>,
): boolean {
  let done = link.path.split("/").slice(0, -1);
  let rest = (link.linkname ?? "").split("/");
  let links = 0;
  for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
    if (name === "" || name === ".") continue;
    if (name === "..") {
      if (done.length === 0) return false;
      done = done.slice(0, -1);
      continue;
    }
    const path = [...done, name].join("/");
    const file = files.get(path);
    if (file?.type === "symlink") {
      if (++links > mostLinks) return false;
      rest = [...(file.linkname ?? "").split("/"), ...rest];
    } else if (file !== undefined || folders.has(path)) done = [...done, name];
    else return false;
  }
  return true;
}

function parentsOf(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

function namesIn(folder: string): string[] {
  return lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(folder).sort() : [];
}

function slashed(path: string): string {
  return path.split(sep).join("/");
}

function leaves(link: string, target: string, workspace: string) {
  return invalidRequest(
    "link-leaves-image",
    `${link} is a link to ${target}, which is not in the image: it lies outside of ${workspace}, or is an absolute path.`,
    "Make it a relative link to something inside of the app's workspace, copy what it points at, or exclude the link in .dockerignore.",
  );
}

function dangles(link: string, target: string) {
  return invalidRequest(
    "link-dangles",
    `${link} is a link to ${target}, which does not exist, or is not in the image.`,
    "Remove the link, bring what it points at back (also from .dockerignore), or exclude the link in .dockerignore.",
  );
}
