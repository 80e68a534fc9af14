import { readFile, rename, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { makeFolder } from "../../core/make-folder.js";
import { gte, major, parse } from "semver";
import { bounds } from "../../core/bounds.js";
import { engineFolder, pinnedVersion } from "./pinned.js";
import { runProcess } from "./process.js";

interface Known {
  size: number;
  mtimeMs: number;
  version: string;
}

/** A CLI works when it is of the SDK's major version and not older than the SDK: older ones lack its event stream. */
export function newEnough(version: string): boolean {
  return parse(version) !== null && major(version) === major(pinnedVersion) && gte(version, pinnedVersion);
}

/**
 * The version of a `pulumi` binary, without the v; undefined when it does not tell one. Asked once per path, size and
 * modification time, and kept in the cache folder, so that the second time costs no process.
 */
export async function engineVersion(binary: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const { size, mtimeMs } = await stat(binary);
  const file = join(engineFolder(env), "versions.json");
  const known = await readKnown(file);
  const entry = known[binary];
  if (entry?.size === size && entry.mtimeMs === mtimeMs) return entry.version;
  const version = await ask(binary, env);
  if (version !== undefined) await save(file, { ...known, [binary]: { size, mtimeMs, version } });
  return version;
}

async function ask(binary: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const result = await runProcess(binary, ["version"], {
    cwd: dirname(binary),
    env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    signal: AbortSignal.timeout(bounds.engineVersion),
    graceMs: 0,
  });
  return parse(result.stdout.trim())?.version;
}

async function readKnown(file: string): Promise<Record<string, Known>> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Record<string, Known>;
  } catch {
    return {}; // Absent or damaged: the answer is only a shortcut, so it is asked again.
  }
}

async function save(file: string, known: Record<string, Known>): Promise<void> {
  const temporary = `${file}.${process.pid}`;
  makeFolder(dirname(file));
  await writeFile(temporary, JSON.stringify(known));
  await rename(temporary, file);
}
