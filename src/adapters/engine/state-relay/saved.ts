import { createHash } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { makeFolder } from "../../../core/make-folder.js";
import type { StateDeployment } from "../deployment.js";
import type { StackSpec } from "../engine.js";
import { engineFolder } from "../pinned.js";
import { parseStored } from "../stored-state.js";

/** A state that its backend did not take. `pulumi stack import` reads it; `after` is ours. */
export interface KeptState extends StateDeployment {
  /** When the state was written that the backend may hold instead: while it does, this one is what comes next. */
  after: string[];
}

/** Where copies of states are kept that only their user may read. */
export async function rescueFolder(): Promise<string> {
  const folder = join(dirname(engineFolder(process.env)), "rescued");
  makeFolder(folder, 0o700);
  return folder;
}

/** The file of a stack's state that its backend did not take: one a stack and backend, the newest. */
export async function keptFile({ project, stack, backendUrl }: StackSpec): Promise<string> {
  const backend = createHash("sha256").update(backendUrl).digest("hex").slice(0, 8);
  return join(await rescueFolder(), `${project}-${stack.replaceAll("/", "-")}-${backend}-unsent.json`);
}

/** Keeps a stored state, in the form that `pulumi stack import` takes; secrets stay encrypted. Whole or not at all. */
export async function keepState(file: string, stored: Buffer, after: string[]): Promise<void> {
  const kept = { ...parseStored(stored), after };
  const draft = join(dirname(file), `.${basename(file)}.${process.pid}`);
  await writeFile(draft, JSON.stringify(kept), { mode: 0o600 });
  await rename(draft, file);
}

/** The kept state that follows on what the backend holds; undefined when there is none, or somebody has gone on meanwhile. */
export async function keptAfter(
  spec: StackSpec,
  { deployment }: StateDeployment,
): Promise<KeptState | undefined> {
  const text = await readFile(await keptFile(spec), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  const kept = text === undefined ? undefined : (JSON.parse(text) as KeptState);
  return kept?.after.includes(deployment.manifest?.time ?? "") ? kept : undefined;
}

export async function forgetKept(spec: StackSpec): Promise<void> {
  await rm(await keptFile(spec), { force: true });
}
