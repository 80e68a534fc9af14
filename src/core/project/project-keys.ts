import { resolve } from "node:path";
import { badRequest } from "../errors.js";

/** Keys of Pulumi.yaml that the engine itself acts on. Source: Pulumi, "Project file reference". */
const forTheEngine = ["description", "options", "packages", "plugins", "requiredPulumiVersion"];

/** What the engine is told of Pulumi.yaml, paths of plugins made absolute: it runs in another folder. */
export function engineSettings(content: Record<string, unknown>, folder: string): Record<string, unknown> {
  const entries = forTheEngine.filter((key) => content[key] !== undefined).map((key) => [key, content[key]]);
  const settings = Object.fromEntries(entries) as Record<string, unknown>;
  return {
    ...settings,
    ...(settings["plugins"] !== undefined && { plugins: absolute(settings["plugins"], folder) }),
  };
}

function absolute(value: unknown, folder: string): unknown {
  if (Array.isArray(value)) return value.map((entry) => absolute(entry, folder));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, entry]: [string, unknown]) => [
    key,
    key === "path" && typeof entry === "string" ? resolve(folder, entry) : absolute(entry, folder),
  ]);
  return Object.fromEntries(entries) as unknown;
}

/**
 * A project's default stands under `value:` where it is an object, and may be bare where it is not; a key without a
 * namespace is the project's own. Source: Pulumi, "Project file reference", `config`.
 */
export function projectDefaults(config: unknown, project: string): Record<string, unknown> {
  const entries = declared(config, project).flatMap(({ key, entry }): [string, unknown][] => {
    if (!isObject(entry)) return [[key, entry]];
    const chosen = entry["value"] ?? entry["default"];
    if (chosen !== undefined && entry["secret"] === true) throw plainSecret(key);
    return chosen === undefined ? [] : [[key, chosen]];
  });
  return Object.fromEntries(entries);
}

/** Keys with a type and no value. */
export function requiredKeys(config: unknown, project: string): string[] {
  return declared(config, project)
    .filter(({ entry }) => isObject(entry) && entry["type"] !== undefined)
    .filter(({ entry }) => isObject(entry) && (entry["value"] ?? entry["default"]) === undefined)
    .map(({ key }) => key);
}

/** Raises `config-invalid`, as the plain CLI does, where a stack leaves a declared key without a value. */
export function checkRequired(
  { required }: { required: readonly string[] },
  own: Record<string, unknown>,
  source: string,
): void {
  const missing = required.filter((key) => own[key] === undefined);
  if (missing.length === 0) return;
  throw badRequest(
    "config-invalid",
    `${source} has no value for ${missing.join(", ")}, which Pulumi.yaml declares.`,
    "Give it one under `config`, or a default in Pulumi.yaml.",
  );
}

function declared(config: unknown, project: string): { key: string; entry: unknown }[] {
  return Object.entries(isObject(config) ? config : {}).map(([key, entry]) => ({
    key: key.includes(":") ? key : `${project}:${key}`,
    entry,
  }));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function plainSecret(key: string): Error {
  return badRequest(
    "project-invalid",
    `Pulumi.yaml: ${key} is a secret, and its value is readable there for everybody.`,
    "Set it for each stack with `pulumi config set --secret`, and remove the value from Pulumi.yaml.",
  );
}
