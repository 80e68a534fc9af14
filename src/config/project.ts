import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { badRequest } from "../errors.js";
import type { Mistake } from "./mistakes.js";
import { didYouMean } from "./suggest.js";
import { type Position, type YamlFile, readYaml } from "./yaml-file.js";

/** `Pulumi.yaml` of a folder, and the environments whose yaml files stand beside it. */
export interface Project {
  folder: string;
  name: string;
  /** `backend.url`. */
  backendUrl: string | undefined;
  /** Configuration that every stack inherits, by full key (`moorage:app`). */
  defaults: Record<string, unknown>;
  /** Stacks that have a `Pulumi.<name>.yaml`, sorted. */
  environments: string[];
}

/** One stack's configuration, the project's defaults merged in. */
export interface StackFile {
  stack: string;
  /** The file's name, for messages. */
  source: string;
  /** Where the file is, absolute. */
  path: string;
  /** By full key; `secure:` values as they stand. */
  config: Record<string, unknown>;
  /** `secretsprovider`, `encryptionsalt`, `encryptedkey`: whatever of them the file has (F32). */
  settings: Record<string, string>;
  /** Where a mistake stands in the file, for annotations. */
  locate(mistake: Pick<Mistake, "path">): Position;
}

/** Throws a bad request: `no-project` where there is no Pulumi.yaml, `yaml-invalid`, `project-invalid`. */
export async function readProject(folder: string): Promise<Project> {
  const file = await readYaml(join(folder, "Pulumi.yaml"));
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
  return {
    folder,
    name,
    backendUrl: typeof url === "string" ? url : undefined,
    defaults: projectDefaults(config),
    environments: await environmentsIn(folder),
  };
}

/** Throws a bad request: `no-environment` (naming those that exist), `yaml-invalid`. */
export async function readStackFile(project: Project, stack: string): Promise<StackFile> {
  const file = project.environments.includes(stack)
    ? await readYaml(join(project.folder, `Pulumi.${stack}.yaml`))
    : undefined;
  if (!file) throw noEnvironment(stack, project.environments);
  return {
    stack,
    source: file.name,
    path: join(project.folder, file.name),
    config: { ...project.defaults, ...mapping(file.content["config"]) },
    settings: settingsOf(file),
    locate: ({ path: [key, ...rest] }) =>
      file.locate(["config", ...(key === undefined ? [] : [`moorage:${key}`]), ...rest]),
  };
}

function noEnvironment(stack: string, known: string[]): Error {
  const which = known.length === 0 ? "none exists" : didYouMean(stack, known);
  return badRequest(
    "no-environment",
    `There is no Pulumi.${stack}.yaml, so no environment ${JSON.stringify(stack)} (${which}).`,
    "Name an environment that has a Pulumi.<name>.yaml, or write one.",
  );
}

/**
 * A project's default stands under `value:` where it is an object, and may be bare where it is not.
 * Source: Pulumi, "Project file reference", `config`.
 */
function projectDefaults(config: unknown): Record<string, unknown> {
  const entries = Object.entries(mapping(config)).flatMap(([key, entry]): [string, unknown][] => {
    if (typeof entry !== "object" || entry === null || Array.isArray(entry)) return [[key, entry]];
    const { value, default: fallback } = entry as { value?: unknown; default?: unknown };
    const chosen = value ?? fallback;
    return chosen === undefined ? [] : [[key, chosen]];
  });
  return Object.fromEntries(entries);
}

const settingNames = ["secretsprovider", "encryptionsalt", "encryptedkey"];

function settingsOf(file: YamlFile): Record<string, string> {
  const entries = settingNames.flatMap((name): [string, string][] => {
    const value = file.content[name];
    return typeof value === "string" ? [[name, value]] : [];
  });
  return Object.fromEntries(entries);
}

async function environmentsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  return names.flatMap((name) => /^Pulumi\.([A-Za-z0-9_.-]+)\.yaml$/.exec(name)?.[1] ?? []).sort();
}

function mapping(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
