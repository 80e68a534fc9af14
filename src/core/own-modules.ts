import { existsSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Whether this is the bundle (`.js`, in `dist/`) or runs from its sources (`.ts`, in tests). */
const isBundled = extname(fileURLToPath(import.meta.url)) === ".js";

/** Moorage's own folder: the nearest one above this module that has a package.json, whether bundled or not. */
export function packageFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return folder;
}

/**
 * Node's arguments that run one of our modules as a process of its own. `name` is the bundle's entry (tools/bundle), `source` the
 * module's place in the sources.
 */
export function ownProcess(name: string, source: string): string[] {
  if (isBundled) return [fileURLToPath(new URL(`${name}.js`, import.meta.url))];
  return ["--import", import.meta.resolve("tsx"), join(packageFolder(), source)];
}
