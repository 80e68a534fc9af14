import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Deployment } from "./deployment.js";
import type { StackSpec } from "./engine.js";
import { engineFolder } from "./pinned.js";

/** A state as Pulumi's file and S3 backends store it (pulumi: sdk/go/common/apitype, VersionedCheckpoint). */
interface Checkpoint {
  version: number;
  features?: string[];
  checkpoint: { latest?: Deployment["deployment"] & { manifest?: { time?: string } } };
}

/** A state that its backend did not take. `pulumi stack import` reads it; `after` is ours. */
export interface KeptState extends Deployment {
  /** When the state was written that the backend holds instead: while it does, this one is what comes next. */
  after: string | undefined;
}

/** Where copies of states are kept that only their user may read. */
export async function rescueFolder(): Promise<string> {
  const folder = join(dirname(engineFolder(process.env)), "rescued");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** The file of a stack's state that its backend did not take: one a stack and backend, the newest. */
export async function keptFile({ project, stack, backendUrl }: StackSpec): Promise<string> {
  const backend = createHash("sha256").update(backendUrl).digest("hex").slice(0, 8);
  return join(await rescueFolder(), `${project}-${stack.replaceAll("/", "-")}-${backend}-unsent.json`);
}

/** Keeps a stored state, in the form that `pulumi stack import` takes; secrets stay encrypted. Whole or not at all. */
export async function keepState(file: string, stored: Buffer, after: string | undefined): Promise<void> {
  const { version, features, checkpoint } = parse(stored);
  const kept = { version, ...(features && { features }), deployment: checkpoint.latest ?? {}, after };
  const draft = join(dirname(file), `.${basename(file)}.${process.pid}`);
  await writeFile(draft, JSON.stringify(kept), { mode: 0o600 });
  await rename(draft, file);
}

/** When a stored state was written, by its engine's clock. */
export function writtenAt(stored: Buffer): string | undefined {
  return parse(stored).checkpoint.latest?.manifest?.time;
}

function parse(stored: Buffer): Checkpoint {
  const zipped = stored[0] === 0x1f && stored[1] === 0x8b;
  return JSON.parse((zipped ? gunzipSync(stored) : stored).toString()) as Checkpoint;
}

/** The kept state that follows on what the backend holds; undefined when there is none, or somebody has gone on meanwhile. */
export async function keptAfter(spec: StackSpec, { deployment }: Deployment): Promise<KeptState | undefined> {
  const text = await readFile(await keptFile(spec), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  const kept = text === undefined ? undefined : (JSON.parse(text) as KeptState);
  const { time } = (deployment as Checkpoint["checkpoint"]["latest"])?.manifest ?? {};
  return kept?.after !== undefined && kept.after === time ? kept : undefined;
}

export async function forgetKept(spec: StackSpec): Promise<void> {
  await rm(await keptFile(spec), { force: true });
}
