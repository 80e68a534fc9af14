import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** What the installed Pulumi package says about a resource type. */
export interface TypeSchema {
  /** Properties that a program may set. */
  inputs: ReadonlySet<string>;
  /** Inputs without which the package's own class throws. */
  required: readonly string[];
  /** Properties that only the provider sets. */
  computed: readonly string[];
}

const known = new Map<string, TypeSchema | undefined>();
const locate = createRequire(import.meta.url);

/**
 * The properties of a type token (`aws:lb/targetGroup:TargetGroup`), read from the class that the installed package generates for
 * it; undefined when the package has no such type. The class files are the one place where the packages carry their schema.
 */
export function typeSchema(token: string): TypeSchema | undefined {
  if (!known.has(token)) known.set(token, load(token));
  return known.get(token);
}

function load(token: string): TypeSchema | undefined {
  const [pkg, path] = token.split(":");
  if (pkg === undefined || path === undefined || !/^[\w/]+$/.test(path)) return undefined;
  const file = join(
    dirname(locate.resolve(`@pulumi/${pkg}/package.json`)),
    `${path.replace(/^index\//, "")}.js`,
  );
  try {
    return parseClass(readFileSync(file, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Reads the constructor of a generated resource class: its lines are `resourceInputs["name"] = args?.name;`. */
export function parseClass(source: string): TypeSchema | undefined {
  const start = source.indexOf("const args = argsOrState");
  const body = source.slice(start === -1 ? source.indexOf("let resourceInputs") : start);
  const lines = [...body.matchAll(/resourceInputs\["(\w+)"\] = (.*);/g)];
  if (lines.length === 0) return undefined;
  const isComputed = (value: string | undefined) => value?.includes("/*out*/") ?? false;
  return {
    inputs: new Set(lines.filter((line) => !isComputed(line[2])).map((line) => line[1] ?? "")),
    required: [...body.matchAll(/Missing required property '(\w+)'/g)].map((match) => match[1] ?? ""),
    computed: lines.filter((line) => isComputed(line[2])).map((line) => line[1] ?? ""),
  };
}
