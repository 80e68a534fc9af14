import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { makeFolder } from "../../core/make-folder.js";
import { wholeUrl } from "../backend/backend.js";
import { noteProcess, type NotedProcess } from "../record/owner/process.js";
import type { StackSpec } from "./engine.js";
import { engineFolder } from "./pinned.js";

/**
 * An engine that was started here. The engine's own lock names a pid, a user, a host name and a time, which are no proof of
 * anything: with this note it can be told whether the engine still lives.
 */
export interface EngineNote extends NotedProcess {
  /** As the engine's lock has it. */
  hostname: string;
  /** When it was started, ISO 8601. */
  at: string;
  /** Who started it; older notes lack it. */
  driver?: NotedProcess;
}

/** A stack's state, as far as it tells it from others. */
export type StateOf = Pick<StackSpec, "project" | "stack" | "backendUrl">;

/** Notes of engines that ended badly are of no use to anybody after that. */
const keptMs = 30 * 24 * 3_600_000;

/** Notes an engine that has just been started; gives the note's file. Where nothing can be kept nothing is: the lock's owner can then not be judged. */
export function noteEngine(state: StateOf, pid: number, env = process.env): string | undefined {
  const driver = noteProcess(process.pid);
  const note: EngineNote = {
    ...noteProcess(pid),
    hostname: hostname(),
    at: new Date().toISOString(),
    driver,
  };
  const folder = folderOf(env);
  const file = join(folder, `${keyOf(state)}.${String(pid)}.${note.start ?? "0"}.json`);
  try {
    makeFolder(folder);
    writeFileSync(file, JSON.stringify(note));
    removeOldOnce(folder);
    return file;
  } catch {
    return undefined;
  }
}

/** The engines that were started here for a stack's state and did not end well. */
export function engineNotes(state: StateOf, env = process.env): EngineNote[] {
  const folder = folderOf(env);
  const key = `${keyOf(state)}.`;
  return namesIn(folder)
    .filter((name) => name.startsWith(key))
    .flatMap((name) => parse(join(folder, name)) ?? []);
}

export function forgetEngine(file: string | undefined): void {
  if (file !== undefined) rmSync(file, { force: true });
}

function folderOf(env: NodeJS.ProcessEnv): string {
  return join(dirname(engineFolder(env)), "engines");
}

function keyOf({ project, stack, backendUrl }: StateOf): string {
  const name = [wholeUrl(backendUrl), project, basename(stack)].join("\n");
  return createHash("sha256").update(name).digest("hex").slice(0, 24);
}

const looked = new Set<string>();

/** Old notes need no look for each engine of a process. */
function removeOldOnce(folder: string): void {
  if (!looked.has(folder)) removeOld(folder);
  looked.add(folder);
}

function removeOld(folder: string): void {
  for (const name of namesIn(folder)) {
    const file = join(folder, name);
    const age = Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > keptMs) rmSync(file, { force: true });
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function parse(file: string): EngineNote | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as EngineNote;
  } catch {
    return undefined;
  }
}
