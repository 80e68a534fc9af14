import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { homeOf } from "../../core/user.js";

/** The engine this release is made and tested with; the same as the version of @pulumi/pulumi in package.json. */
export const pinnedVersion = "3.248.0";

/** A Pulumi CLI that Moorage drives. */
export interface EngineBinary {
  /** Absolute path of `pulumi`. */
  path: string;
  /** Without the leading v. */
  version: string;
  source: "env" | "path" | "cache" | "download" | "build";
  /** How the one in the cache came to be. */
  origin?: "download" | "build";
}

/** Where engines are kept: `~/.cache/moorage/engine`, or below `XDG_CACHE_HOME`. */
export function engineFolder(env: NodeJS.ProcessEnv): string {
  const cache = env["XDG_CACHE_HOME"] || join(homeOf(env), ".cache");
  return join(cache, "moorage", "engine");
}

/** The folder of the pinned engine: `pulumi`, its language hosts, and `origin.json`. */
export function pinnedFolder(env: NodeJS.ProcessEnv): string {
  return join(engineFolder(env), `v${pinnedVersion}`);
}

export const binaryName = "pulumi";

/** `tools/engine` of this checkout, whether this file runs as source or compiled. */
export function modulesFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "tools", "engine", "cli", "go.mod"))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error("tools/engine is missing from this installation of Moorage");
    folder = parent;
  }
  return join(folder, "tools", "engine");
}
