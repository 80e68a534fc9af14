import { basename, posix } from "node:path";
import type { AppPackage } from "./app-package.js";

/**
 * What `npm start` sets for a script, of what does not depend on the machine. `null` and `false` are empty, lists are
 * numbered. Source: npm, "scripts", "Environment"; @npmcli/run-script, package-envs.js and make-spawn-args.js.
 */
export function npmEnvironment(app: AppPackage, folder: string): string[] {
  const { name, version, config, engines, bin, start } = app;
  const commands = typeof bin === "string" ? { [basename(name ?? "")]: bin } : bin;
  const paths = mapValues(commands, (path) => (typeof path === "string" ? posix.normalize(path) : path));
  return [
    ...flat({ name, version, config, engines, bin: paths }, "npm_package_"),
    `npm_package_json=${folder}/package.json`,
    "npm_lifecycle_event=start",
    `npm_lifecycle_script=${start}`,
    "npm_command=start",
  ];
}

function flat(values: object, prefix: string): string[] {
  return Object.entries(values).flatMap(([key, value]: [string, unknown]) => {
    if (value === undefined) return [];
    if (value === null || value === false) return [`${prefix}${key}=`];
    if (Array.isArray(value))
      return value.flatMap((item, index) => flat({ [`${key}_${index}`]: item }, prefix));
    if (typeof value === "object") return flat(value, `${prefix}${key}_`);
    return [`${prefix}${key}=${String(value)}`];
  });
}

function mapValues(values: unknown, change: (value: unknown) => unknown): unknown {
  if (typeof values !== "object" || values === null) return values;
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));
}
