import { readdir, rename, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { bounds } from "../../core/bounds.js";
import { ownProcess } from "../../core/own-modules.js";
import type { GetOptions } from "./get.js";
import { pinnedVersion } from "./pinned.js";
import { runProcess } from "./process.js";
import { boundedSignal } from "../../core/bounded-signal.js";

const installer = "https://get.pulumi.com/install.sh";

/** The official release, by the Automation API's own installer. Rejects within seconds when its host cannot be reached. */
export async function downloadEngine(
  folder: string,
  { env, reporter, signal }: GetOptions,
  probeUrl = installer,
): Promise<void> {
  await probe(probeUrl, signal);
  reporter.notify({ kind: "step", text: `Downloading the Pulumi engine ${pinnedVersion}` });
  await install(folder, env, signal);
  for (const file of await readdir(join(folder, "bin")))
    await rename(join(folder, "bin", file), join(folder, file));
  await rmdir(join(folder, "bin"));
}

/** Whether the official download answers, within 5 seconds. */
export function canDownload(signal: AbortSignal): Promise<boolean> {
  return probe(installer, signal).then(
    () => true,
    () => false,
  );
}

async function probe(url: string, signal: AbortSignal): Promise<void> {
  try {
    const bounded = boundedSignal(bounds.engineProbe, signal);
    const answer = await fetch(url, { method: "HEAD", signal: bounded });
    if (!answer.ok) throw new Error(`it answered ${answer.status}`);
  } catch (error) {
    signal.throwIfAborted();
    throw new Error(`${new URL(url).host} cannot be reached (${reasonOf(error)})`, { cause: error });
  }
}

async function install(root: string, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<void> {
  // In a process of its own: the Automation API's installer takes no signal, and this way it can be ended with all it started.
  const installing = [
    ...ownProcess("install-engine", "src/adapters/engine/install-engine.ts"),
    root,
    pinnedVersion,
  ];
  const result = await runProcess(process.execPath, installing, {
    cwd: root,
    env,
    signal: boundedSignal(bounds.engineDownload, signal),
    graceMs: 0,
  });
  if (result.code !== 0) throw new Error(result.stderr.trim().slice(-500) || "the installer was stopped");
}

/** fetch hides what happened ("fetch failed") in its cause. */
function reasonOf(error: unknown): string {
  const deepest = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return deepest instanceof Error ? deepest.message : String(deepest);
}
