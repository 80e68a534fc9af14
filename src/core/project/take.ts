import { lstat, readdir, realpath, rm, writeFile } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { stringify } from "yaml";
import { badRequest, MoorageError } from "../errors.js";
import { stackKind } from "./stack-kind.js";
import { stackFolderOf } from "./project.js";
import { readYaml, type UnclearValue } from "./yaml-file.js";

/** What was taken of another commit's files. The stable JSON of `config take`. */
export interface Taken {
  /** Files that differ from those here. */
  changed: string[];
  /** Environments and foundations that the changes reach. */
  stacks: string[];
  /** Files that are not there any more: what runs of their stacks stays, and nothing deploys it. */
  removed: string[];
  /** What differs there and is not taken, as `Pulumi.dev.yaml: aws:endpoints`. */
  left: string[];
}

type Content = Record<string, unknown>;

const projectFile = "Pulumi.yaml";
const form = /^Pulumi(?:\.([A-Za-z0-9_.-]+))?\.yaml$/;
/** No file of settings is larger; a larger one would only keep the parser busy. */
const mostBytes = 1_048_576;

/**
 * Lays the settings `moorage:*` of another folder's `Pulumi*.yaml` over the files of this one, and nothing else of them.
 * That folder is somebody's who may mean ill: whatever the engine or a provider acts on (plugins, endpoints, files of
 * credentials, where the state is) stays as it is here, and no file but these is looked at. Where the stacks' files are
 * (`stackConfigDir`), this folder's Pulumi.yaml says for both.
 */
export async function takeConfig(from: string, into: string, writes: boolean): Promise<Taken> {
  const taken: Taken = { changed: [], stacks: [], removed: [], left: [] };
  const below = await stackFolderIn(into);
  const [here, there] = [await filesIn(into, below), await filesIn(from, below)];
  const stacks = new Set<string>();
  const next: [name: string, content: Content][] = [];
  for (const name of there) {
    const theirs = await contentOf(from, name, isTaken);
    const ours = here.includes(name) ? await contentOf(into, name, () => true) : {};
    taken.left.push(...leftOf(name, theirs, ours));
    const merged = mergedOf(theirs, ours);
    if (isDeepStrictEqual(merged, ours)) continue;
    taken.changed.push(name);
    for (const stack of reachedBy(name, there)) stacks.add(stack);
    next.push([name, merged]);
  }
  // Once all of it can be taken.
  if (writes) for (const [name, content] of next) await writeFile(join(into, name), written(content));
  taken.removed = here.filter((name) => !there.includes(name));
  if (writes) for (const name of taken.removed) await rm(join(into, name));
  return { ...taken, stacks: [...stacks].sort() };
}

/** `stackConfigDir`, as the Pulumi.yaml of this folder has it; empty where there is none. */
async function stackFolderIn(folder: string): Promise<string> {
  const project = await readYaml(join(folder, "Pulumi.yaml"));
  return project === undefined ? "" : stackFolderOf(project);
}

/** `Pulumi.yaml` and the stacks' files, relative to the folder. */
async function filesIn(folder: string, below: string): Promise<string[]> {
  const [top, stacks] = [await namesIn(folder, folder), await namesIn(join(folder, below), folder)];
  const own = stacks.filter((name) => name !== projectFile).map((name) => join(below, name));
  return [...own, ...top.filter((name) => name === projectFile)];
}

async function namesIn(folder: string, root: string): Promise<string[]> {
  try {
    // A link would lead out of what was checked out.
    const inside = join(await realpath(root), relative(root, folder));
    if ((await realpath(folder)) !== inside) throw linked(folder);
    return (await readdir(folder)).filter((name) => form.test(name)).sort();
  } catch (error) {
    if (error instanceof MoorageError) throw error;
    if (folder !== root && (error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw badRequest(
      "config-folder",
      `The folder ${folder} cannot be read.`,
      "Name the folder of the other commit's Pulumi.yaml.",
      error,
    );
  }
}

function linked(folder: string): MoorageError {
  return badRequest(
    "config-file",
    `${folder} is a link.`,
    "Commit the stack files in a real folder, not behind a link.",
  );
}

/** Every text in double quotes and all that some readers break lines at in letters: all of them read what was read (F47). */
function written(content: Content): string {
  const text = stringify(content, {
    defaultStringType: "QUOTE_DOUBLE",
    doubleQuotedAsJSON: true,
    lineWidth: 0,
    aliasDuplicateObjects: false,
  });
  return text.replace(
    /[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** `isUsed`: which settings of it are written: how they were written is lost then, so what is unclear is refused (F47). */
async function contentOf(folder: string, name: string, isUsed: (key: string) => boolean): Promise<Content> {
  const path = join(folder, name);
  const found = await lstat(path);
  if (found.isFile() && found.size <= mostBytes) {
    const file = await readYaml(path);
    const unclear = file?.unclear(["config"]).filter(({ path: [, key] }) => isUsed(String(key))) ?? [];
    if (unclear.length > 0) throw unclearIn(name, unclear);
    return file?.content ?? {};
  }
  throw badRequest(
    "config-file",
    `${name} is not a plain file of at most 1 MB.`,
    "Commit the settings as a file of their own, not as a link.",
  );
}

function unclearIn(name: string, unclear: readonly UnclearValue[]): MoorageError {
  const lines = unclear.map(
    ({ path: [, ...path], line, message }) => `  - ${path.join(".")}: ${message} (line ${line})`,
  );
  return badRequest(
    "config-invalid",
    `${name} has values that YAML parsers read differently:\n${lines.join("\n")}`,
    "Correct it in that commit; docs/configuration.md lists every setting.",
  );
}

function mergedOf(theirs: Content, ours: Content): Content {
  const settings = Object.entries(configOf(theirs)).filter(([key]) => isTaken(key));
  const kept = Object.entries(configOf(ours)).filter(([key]) => !isTaken(key));
  const config = Object.fromEntries([...kept, ...settings]);
  return Object.keys(config).length === 0 ? ours : { ...ours, config };
}

/** Everything else that is not the same on both sides. */
function leftOf(name: string, theirs: Content, ours: Content): string[] {
  const [there, here] = [configOf(theirs), configOf(ours)];
  const top = Object.keys(theirs).filter(
    (key) => key !== "config" && !isDeepStrictEqual(theirs[key], ours[key]),
  );
  const keys = Object.keys(there).filter((key) => !isTaken(key) && !isDeepStrictEqual(there[key], here[key]));
  return [...top, ...keys].map((key) => `${name}: ${key}`);
}

function isTaken(key: string): boolean {
  return key.startsWith("moorage:");
}

function configOf({ config }: Content): Content {
  return typeof config === "object" && config !== null && !Array.isArray(config) ? (config as Content) : {};
}

/** `Pulumi.yaml` holds for all; another file for its own stack. */
function reachedBy(name: string, all: readonly string[]): string[] {
  const stackOf = (file: string) => form.exec(basename(file))?.[1];
  const own = stackOf(name);
  const names = own === undefined ? all.flatMap((file) => stackOf(file) ?? []) : [own];
  return names.filter((stack) => ["environment", "foundation"].includes(stackKind(stack) ?? ""));
}
