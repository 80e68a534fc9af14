import { access, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { badRequest } from "../../errors.js";
import { hasCode } from "../registry/files.js";
import type { StartScripts } from "./start-command.js";

/** What an image needs to know of an app's `package.json`. */
export interface AppPackage extends StartScripts {
  name?: string;
  version?: string;
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
    if (hasCode(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  });
  if (found?.isDirectory()) return;
  throw badRequest(
    "folder-not-found",
    found ? `${folder} is not a folder.` : `There is no folder ${folder}.`,
    "Name the folder of the app: the one that holds its package.json or Dockerfile.",
  );
}

/** The app's package; undefined without a `package.json` that has a start script. Throws (exit 2) when it is broken. */
export async function readAppPackage(folder: string): Promise<AppPackage | undefined> {
  const file = join(folder, "package.json");
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const { name, version, scripts, dependencies } = parse(file, text);
  const start = scripts?.["start"]?.trim();
  if (!start) return undefined;
  if (Object.keys(dependencies ?? {}).length > 0) await checkInstalled(folder);
  return { name, version, start, prestart: scripts?.["prestart"] };
}

function parse(file: string, text: string): z.infer<typeof packageSchema> {
  const hint = "Correct the file; `npm pkg get scripts` in that folder shows what npm reads.";
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw badRequest("package-invalid", `${file} is not JSON: ${(error as Error).message}`, hint, error);
  }
  const parsed = packageSchema.safeParse(json);
  if (!parsed.success) throw badRequest("package-invalid", `${file}: ${z.prettifyError(parsed.error)}`, hint);
  return parsed.data;
}

/** The image takes dependencies as they are installed; without them the app could only crash at its start. */
async function checkInstalled(folder: string): Promise<void> {
  for (const place of ["node_modules", ".pnp.cjs"]) {
    if (
      await access(join(folder, place)).then(
        () => true,
        () => false,
      )
    )
      return;
  }
  throw badRequest(
    "dependencies-not-installed",
    `${join(folder, "package.json")} names dependencies, and they are not installed.`,
    `Run "npm ci" in ${folder}, then try again.`,
  );
}
