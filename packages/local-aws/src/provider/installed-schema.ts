import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { TypeSchema } from "./schema.js";

const locate = createRequire(import.meta.url);

/**
 * The properties of a type token (`aws:lb/targetGroup:TargetGroup`), read from the class that the installed package generates for
 * it; undefined when the package has no such type. The class files are the one place where the packages carry their schema. The
 * bundle, which has no packages, holds what this said of the local target's types when it was built.
 */
export function installedSchema(token: string): TypeSchema | undefined {
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
    secrets: lines.filter((line) => line[2]?.includes("pulumi.secret(")).map((line) => line[1] ?? ""),
  };
}
