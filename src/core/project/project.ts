import { readdir } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { badRequest } from "../errors.js";
import { checkContext } from "./encryption.js";
import { depthOf, overDefaults } from "./extends.js";
import type { PlacedMistake, Mistake } from "./mistakes.js";
import { checkRequired, engineSettings, projectDefaults, requiredKeys } from "./project-keys.js";
import { readSettings, refuseEnvironments } from "./stack-keys.js";
import { didYouMean } from "./suggest.js";
import { type Position, type YamlFile, readYaml } from "./yaml-file.js";

/** `Pulumi.yaml` of a folder, and the environments whose yaml files stand beside it or in `stackConfigDir`. */
export interface Project {
  folder: string;
  name: string;
  /** `backend.url`. */
  backendUrl: string | undefined;
  /** Configuration that every stack inherits, by full key (`moorage:app`). */
  defaults: Record<string, unknown>;
  /** Where a default stands in Pulumi.yaml, by its full key. */
  locateDefault(key: string, path: readonly (string | number)[]): Position;
  /** Keys that Pulumi.yaml declares without a value: each stack must have one. */
  required: string[];
  /** Values among the defaults that YAML readers read differently (F47), by full key. */
  unclear: { key: string; mistake: PlacedMistake }[];
  /** Where the stacks' files are, absolute. */
  stackFolder: string;
  /** What the engine is told of Pulumi.yaml besides: `options`, `requiredPulumiVersion`, ... */
  engineSettings: Record<string, unknown>;
  /** Stacks that have a `Pulumi.<name>.yaml`, sorted. */
  environments: string[];
}

/** One stack's configuration, the project's defaults merged in. */
export interface StackFile {
  stack: string;
  /** The file's name, for messages: relative to the project, `Pulumi.dev.yaml` or `config/Pulumi.dev.yaml`. */
  source: string;
  /** Where the file is, absolute. */
  path: string;
  /** By full key; `secure:` values as they stand. */
  config: Record<string, unknown>;
  /** `secretsprovider`, `encryptionsalt`, `encryptedkey`: whatever of them the file has (F32). */
  settings: Record<string, string>;
  /** What YAML readers read differently, here and in the defaults that hold for this stack (F47). */
  unclear: PlacedMistake[];
  /** The project's defaults alone, and what stands in the stack's own file. */
  parts: { defaults: Record<string, unknown>; own: Record<string, unknown> };
  /** Where a mistake stands, for annotations: in the stack's file, or in the file that is named, from which the value came. */
  locate(mistake: Pick<Mistake, "path">): Position & { file?: string };
}

/** Throws a bad request: `no-project` where there is no Pulumi.yaml, `yaml-invalid`, `project-invalid`. */
export async function readProject(folder: string): Promise<Project> {
  const path = join(folder, "Pulumi.yaml");
  const file = await readYaml(path);
  if (!file) {
    throw badRequest(
      "no-project",
      `There is no Pulumi.yaml in ${folder}.`,
      "Run the command in the project's folder, or name it with --cwd.",
    );
  }
  const { name, backend, config } = file.content;
  if (typeof name !== "string" || !/^[A-Za-z0-9_.-]{1,100}$/.test(name)) {
    throw badRequest(
      "project-invalid",
      "Pulumi.yaml has no usable `name`.",
      "Give the project a name of letters, digits, hyphens, dots and underscores.",
    );
  }
  const url = mapping(backend)["url"];
  const stackFolder = join(folder, stackFolderOf(file));
  return {
    folder,
    name,
    backendUrl: typeof url === "string" ? url : undefined,
    defaults: projectDefaults(config, name),
    locateDefault: defaultLocator(file, name),
    required: requiredKeys(config, name),
    unclear: unclearIn(file, path, name),
    stackFolder,
    engineSettings: engineSettings(file.content, folder),
    environments: await environmentsIn(stackFolder),
  };
}

/** Throws a bad request: `no-environment` (naming those that exist), `yaml-invalid`, `config-invalid`. */
export async function readStackFile(project: Project, stack: string): Promise<StackFile> {
  const file = await readStackYaml(project, stack);
  if (!file) throw noEnvironment(project, stack);
  const merged = mergeDefaults(project, stack, file);
  refuseEnvironments(file, merged.source);
  checkRequired(project, mapping(file.content["config"]), merged.source);
  const settings = readSettings(file, merged.source);
  checkContext(settings, { project: project.name, stack }, merged.source);
  return { stack, ...merged, settings };
}

/**
 * What the files of a project say about a stack, for its program, which the engine gives values and not how they are written.
 * Undefined where there are no such files: nothing that is in doubt was read from them.
 */
export async function readWritten(
  folder: string,
  stack: string,
): Promise<Omit<StackFile, "settings" | "stack"> | undefined> {
  if (folder === "" || !(await readYaml(join(folder, "Pulumi.yaml")))) return undefined;
  const project = await readProject(folder);
  const file = await readStackYaml(project, stack);
  return file && mergeDefaults(project, stack, file);
}

async function readStackYaml(project: Project, stack: string): Promise<YamlFile | undefined> {
  if (!project.environments.includes(stack)) return undefined;
  return readYaml(join(project.stackFolder, `Pulumi.${stack}.yaml`));
}

function mergeDefaults(
  project: Project,
  stack: string,
  file: YamlFile,
): Omit<StackFile, "settings" | "stack"> {
  const path = join(project.stackFolder, `Pulumi.${stack}.yaml`);
  const own = mapping(file.content["config"]);
  return {
    source: stackFileName(project, stack),
    path,
    config: overDefaults(project.defaults, own),
    parts: { defaults: project.defaults, own },
    unclear: [
      ...project.unclear.filter(({ key }) => !(key in own)).map(({ mistake }) => mistake),
      ...unclearIn(file, path, project.name).map(({ mistake }) => mistake),
    ],
    locate: ({ path: [key, ...rest] }) => {
      if (key === undefined) return file.locate(["config"]);
      const full = `moorage:${key}`;
      const inOwn = depthOf(own, [full, ...rest]);
      if (inOwn >= depthOf(project.defaults, [full, ...rest])) return file.locate(["config", full, ...rest]);
      return { file: join(project.folder, "Pulumi.yaml"), ...project.locateDefault(full, rest) };
    },
  };
}

/** A default may stand under `value` or `default`, or bare; a key without a namespace is the project's own. */
function defaultLocator(file: YamlFile, project: string): Project["locateDefault"] {
  const all = mapping(file.content["config"]);
  return (key, path) => {
    const name = key in all || !key.startsWith(`${project}:`) ? key : key.slice(project.length + 1);
    const entry = mapping(all[name]);
    const inside = ["value", "default"].find((word) => entry[word] !== undefined && word in entry);
    return file.locate(["config", name, ...(inside === undefined ? [] : [inside]), ...path]);
  };
}

/** The file of a stack as messages name it, whether or not it is there. */
export function stackFileName(
  { folder, stackFolder }: Pick<Project, "folder" | "stackFolder">,
  stack: string,
) {
  return relative(folder, join(stackFolder, `Pulumi.${stack}.yaml`));
}

function unclearIn(file: YamlFile, path: string, project: string): Project["unclear"] {
  return file.unclear(["config"]).map(({ path: [, top = "", ...below], message, ...position }) => {
    const key = String(top).includes(":") ? String(top) : `${project}:${top}`;
    const inValue = basename(path) === "Pulumi.yaml" && /^(value|default)$/.test(String(below[0]));
    const within = inValue ? below.slice(1) : below;
    const text = `${[key, ...within].join(".")}: ${message}`;
    return { key, mistake: { file: path, ...position, path: [key, ...within], text } };
  });
}

function noEnvironment(project: Project, stack: string): Error {
  const { environments } = project;
  const which = environments.length === 0 ? "none exists" : didYouMean(stack, environments);
  return badRequest(
    "no-environment",
    `There is no ${stackFileName(project, stack)}, so no environment ${JSON.stringify(stack)} (${which}).`,
    "Name an environment that has a Pulumi.<name>.yaml, or write one.",
  );
}

/** `stackConfigDir`, or `config` in its old form: both are relative to Pulumi.yaml. Source: Pulumi, "Project file reference". */
export function stackFolderOf({ content }: Pick<YamlFile, "content">): string {
  const named = content["stackConfigDir"] ?? (typeof content["config"] === "string" ? content["config"] : "");
  if (typeof named === "string") return named;
  throw badRequest(
    "project-invalid",
    "Pulumi.yaml: `stackConfigDir` must be the path of a folder.",
    'Write a path relative to Pulumi.yaml, such as "config", in quotes.',
  );
}

async function environmentsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return [];
    throw badRequest(
      "project-invalid",
      `The folder of the stacks' files cannot be read: ${message}.`,
      "Correct `stackConfigDir` in Pulumi.yaml, or make the folder readable.",
      error,
    );
  });
  return names.flatMap((name) => /^Pulumi\.([A-Za-z0-9_.-]+)\.yaml$/.exec(name)?.[1] ?? []).sort();
}

function mapping(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
