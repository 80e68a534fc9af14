import { lstat, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder } from "../../core/make-folder.js";
import { stateFolder, wholeUrl } from "../backend/backend.js";
import { engineConfig, engineYaml } from "./engine-yaml.js";
import { temporaryFolder, temporaryPlace } from "../../core/temporary-folder.js";
import { judgeMark, markProcess } from "../record/owner/mark.js";
import type { StackSpec } from "./engine.js";

const prefix = "moorage-run-";

/** Where the CLI runs, and its whole environment besides what it inherits. */
export interface WorkFolder {
  path: string;
  env: Record<string, string>;
}

/**
 * Gives `use` a folder with the project and stack files that `spec` describes, and removes it afterwards: the CLI rewrites
 * these files, so it never sees the repository's. Folders of runs that were killed are removed on the way.
 */
export async function withWorkFolder<T>(
  spec: StackSpec,
  parent: string | undefined,
  use: (folder: WorkFolder) => Promise<T>,
): Promise<T> {
  const place = await temporaryPlace(parent);
  await removeOrphans(place);
  const path = await temporaryFolder(`${prefix}${markProcess(process.pid)}-`, place);
  try {
    await writeFiles(path, spec);
    return await use({ path, env: environment(path, spec) });
  } finally {
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function writeFiles(path: string, spec: StackSpec): Promise<void> {
  const stackFile = `Pulumi.${spec.stack.split("/").at(-1)}.yaml`;
  await writeFile(
    join(path, "Pulumi.yaml"),
    engineYaml({ ...spec.projectSettings, name: spec.project, runtime: "nodejs" }),
  );
  await writeFile(join(path, stackFile), engineYaml({ ...spec.settings, config: engineConfig(spec.config) }));
  const folder = stateFolder(spec.backendUrl);
  if (folder !== undefined) makeFolder(folder);
}

/**
 * With providers attached, nothing of the user's own Pulumi is needed: its home is a folder that goes with the run, and no
 * plugin is looked for. Otherwise plugins and credentials are where the user's Pulumi keeps them.
 */
function environment(path: string, spec: StackSpec): Record<string, string> {
  const attached = {
    PULUMI_HOME: join(path, "home"),
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    // A rehearsal's state needs no backup of every update; the backend would keep them for ever.
    PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: "true",
  };
  return {
    PULUMI_BACKEND_URL: wholeUrl(spec.backendUrl),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    ...("PULUMI_DEBUG_PROVIDERS" in spec.env && attached),
    ...spec.env,
  };
}

/** Removes this user's folders of runs that are provably gone. Others' are nobody's business here, and no reason to fail. */
async function removeOrphans(place: string): Promise<void> {
  const names = await readdir(place).catch(() => []);
  const orphans = names.filter(
    (name) => name.startsWith(prefix) && judgeMark(name.slice(prefix.length)).is === "gone",
  );
  await Promise.all(orphans.map((name) => removeOwn(join(place, name)).catch(() => undefined)));
}

async function removeOwn(folder: string): Promise<void> {
  const found = await lstat(folder);
  if (found.isDirectory() && found.uid === process.getuid?.()) {
    await rm(folder, { recursive: true, force: true });
  }
}
