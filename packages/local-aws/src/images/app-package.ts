import { existsSync } from "node:fs";
import { readFile, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { invalidRequest } from "../failure.js";
import { hasFileCode } from "../registry/files.js";
import type { StartScripts } from "./start-command.js";
import { findPackage, workspaceOf } from "./workspace.js";

/** What an image needs to know of an app's `package.json`. */
export interface AppPackage extends StartScripts {
  name?: string;
  version?: string;
  config?: unknown;
  engines?: unknown;
  bin?: unknown;
}

const packageSchema = z.looseObject({
  name: z.string().optional(),
  version: z.string().optional(),
  scripts: z.record(z.string(), z.string()).optional(),
  dependencies: z.record(z.string(), z.string()).optional(),
});

/** Throws (exit 2) when the folder is not there or not a folder. */
export async function checkFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch((error: unknown) => {
    if (hasFileCode(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  });
  if (found?.isDirectory()) return;
  throw invalidRequest(
    "folder-not-found",
    found ? `${folder} is not a folder.` : `There is no folder ${folder}.`,
    "Name the folder of the app: the one that holds its package.json or Dockerfile.",
  );
}

/** The app's package; undefined without a `package.json` that has a start script. Throws (exit 2) when it is broken. */
export async function readAppPackage(folder: string): Promise<AppPackage | undefined> {
  const file = join(folder, "package.json");
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    if (hasFileCode(error, "ENOENT")) return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const { name, version, scripts, dependencies, ...rest } = parse(file, text);
  const start = scripts?.["start"]?.trim();
  if (!start) return undefined;
  await checkInstalled(folder, Object.keys(dependencies ?? {}));
  const { config, engines, bin } = rest;
  return { name, version, config, engines, bin, start, prestart: scripts?.["prestart"] };
}

function parse(file: string, text: string): z.infer<typeof packageSchema> {
  const hint = "Correct the file; `npm pkg get scripts` in that folder shows what npm reads.";
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\ufeff/, ""));
  } catch (error) {
    throw invalidRequest("package-invalid", `${file} is not JSON: ${(error as Error).message}`, hint, error);
  }
  const parsed = packageSchema.safeParse(json);
  if (!parsed.success)
    throw invalidRequest("package-invalid", `${file}: ${z.prettifyError(parsed.error)}`, hint);
  return parsed.data;
}

/**
 * The image takes dependencies as they are installed, in the app's folder or further up in its workspace; without them the
 * app could only crash at its start.
 */
async function checkInstalled(folder: string, names: string[]): Promise<void> {
  const real = await realpath(folder);
  const workspace = workspaceOf(real);
  if (existsSync(join(real, ".pnp.cjs"))) return;
  const missing = names.filter((name) => findPackage(name, real, workspace) === undefined);
  if (missing.length === 0) return;
  const file = join(folder, "package.json");
  if (existsSync(join(workspace, ".pnp.cjs"))) {
    throw invalidRequest(
      "dependencies-not-installed",
      `${file} names dependencies, and Yarn keeps those of ${workspace} in its cache (Plug'n'Play).`,
      'Say "nodeLinker: node-modules" in .yarnrc.yml and run "yarn install"; or build a Dockerfile.',
    );
  }
  const shown = missing.slice(0, 5).join(", ") + (missing.length > 5 ? ", ..." : "");
  throw invalidRequest(
    "dependencies-not-installed",
    `${file} names dependencies that are not installed: ${shown}.`,
    `Run "${installer(workspace)}" in ${workspace}, then try again.`,
  );
}

function installer(workspace: string): string {
  if (existsSync(join(workspace, "pnpm-lock.yaml"))) return "pnpm install";
  if (existsSync(join(workspace, "yarn.lock"))) return "yarn install";
  return existsSync(join(workspace, "package-lock.json")) ? "npm ci" : "npm install";
}
