import { existsSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { pullRequestOf } from "../src/core/project/preview-names.js";
import { tuneForPreview } from "../src/core/project/preview.js";
import { referencesIn, withValues } from "../src/core/project/references.js";
import { withStackNames } from "../src/core/project/placeholder-names.js";
import { lookUp } from "./components/look-up.js";
import { asRunError, telling } from "./components/told.js";
import { type CheckedFile, parseConfig } from "../src/core/project/parse.js";
import { extendedKeys, overDefaults, withWrittenNulls } from "../src/core/project/extends.js";
import { readWritten, type StackFile } from "../src/core/project/project.js";
import type { Config } from "../src/core/project/schema.js";

type Parse<Value> = (raw: Record<string, unknown>, source: string, file?: CheckedFile) => Value;

/**
 * The running stack's configuration, what it refers to looked up before anything is declared. Throws a RunError, which the engine shows
 * without a stack trace.
 */
export async function readConfig(): Promise<Config> {
  const read = await readConfigBy((written, source, file) => {
    const raw = withStackNames({ ...taskEnv(), ...written }, pulumi.getStack());
    return { config: parseConfig(raw, source, file), raw, source, file };
  });
  const { config, raw, source, file } = read;
  const isPreview = pullRequestOf(pulumi.getStack()) !== undefined;
  const places = referencesIn(isPreview ? tuneForPreview(config) : config);
  if (places.length === 0) return config;
  return telling(async () => {
    const references = await lookUp(places, config.references);
    const filled = withValues(raw, references) as Record<string, unknown>;
    return parseConfig({ ...filled, "moorage:references": references }, source, file);
  });
}

/** Under the plain CLI, `MOORAGE_TASK_ENV` (JSON) is what the target tells every container. */
function taskEnv(): Record<string, unknown> {
  const told = process.env["MOORAGE_TASK_ENV"];
  if (told === undefined || told === "") return {};
  try {
    return { "moorage:taskEnv": JSON.parse(told) as unknown };
  } catch (error) {
    throw new pulumi.RunError(`MOORAGE_TASK_ENV is not JSON: ${String(error)}`);
  }
}

/**
 * Reads the configuration of a stack that is not an environment, by its own schema. Under the plain CLI the engine has read the files: what
 * it read in another way than the driver would (F47) is a mistake here too.
 */
export async function readConfigBy<Value>(parse: Parse<Value>): Promise<Value> {
  const stack = pulumi.getStack();
  try {
    const file = await readWritten(projectFolder(), stack);
    const values = Object.entries(pulumi.runtime.allConfig()).map(([key, value]) => [
      key,
      fromEngine(value, file?.parts.own[key] ?? file?.parts.defaults[key]),
    ]);
    const read = Object.fromEntries(values) as Record<string, unknown>;
    const raw = file === undefined ? read : overWritten(read, file);
    return parse(raw, `Stack ${stack}`, file);
  } catch (error) {
    throw asRunError(error);
  }
}

/** The folder of Pulumi.yaml under the plain CLI, which runs programs in or below it; empty within the driver. */
export function projectFolder(): string {
  const root = pulumi.getRootDirectory();
  if (isAbsolute(root)) return root;
  if (process.env["PULUMI_NODEJS_STACK"] === undefined) return "";
  const above = (folder: string): string =>
    existsSync(join(folder, "Pulumi.yaml")) || dirname(folder) === folder ? folder : above(dirname(folder));
  return above(process.cwd());
}

/** The engine has replaced defaults whole; what the stack's own file extends is merged here, as the driver merges it. */
function overWritten(
  read: Record<string, unknown>,
  { parts }: Pick<StackFile, "parts">,
): Record<string, unknown> {
  const own = Object.keys(parts.own)
    .filter((key) => key in read)
    .map((key) => [key, withWrittenNulls(read[key], parts.own[key])]);
  const defaults = extendedKeys.map((key) => [key, parts.defaults[key]]);
  return overDefaults(
    { ...read, ...(Object.fromEntries(defaults) as Record<string, unknown>) },
    Object.fromEntries(own) as Record<string, unknown>,
  );
}

/** The engine hands objects and lists over as JSON, all else as text; the file knows what was a number or true or false. */
function fromEngine(value: string, written: unknown): unknown {
  if (/^(number|boolean)$/.test(typeof written) && String(written) === value) return written;
  if (!/^[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}
