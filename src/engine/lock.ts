import { execFileSync } from "node:child_process";
import { readdir, readFile, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { StackSpec } from "./engine.js";
import { locked } from "./failure.js";

/** A lock of Pulumi's file backend (pulumi: pkg/backend/diy/lock.go). It has no lease and no heartbeat. */
interface StateLock {
  pid: number;
  username: string;
  hostname: string;
  timestamp: string;
}

const settleMs = 3_000;
const pollMs = 50;
const clockToleranceMs = 2_000;

/**
 * Removes the locks on the stack's state whose owner is provably gone: it ran on this machine, and its process is no more
 * (F8). An engine whose driver was killed ends by itself within a second, so a living owner is given a moment. Raises
 * `state-locked` (exit 5), with owner and age, when one lives on or cannot be judged from here. Other backends keep no lock
 * that can be looked at; there the engine's own message says who holds it.
 */
export async function breakDeadLocks(
  spec: StackSpec,
  signal?: AbortSignal,
  waitMs = settleMs,
): Promise<void> {
  if (!spec.backendUrl.startsWith("file:")) return;
  const root = fileURLToPath(spec.backendUrl);
  const stack = spec.stack.split("/").at(-1) ?? spec.stack;
  const folder = join(root, ".pulumi", "locks", "organization", spec.project, stack);
  const deadline = Date.now() + waitMs;
  for (;;) {
    const living = await removeDead(folder);
    if (living.length === 0) return;
    if (Date.now() >= deadline) throw locked(spec.stack, living.map(describe).join("\n"));
    await delay(pollMs, undefined, { signal });
  }
}

/** Removes what is provably dead and returns the rest. */
async function removeDead(folder: string): Promise<StateLock[]> {
  const living: StateLock[] = [];
  for (const name of await listed(folder)) {
    const file = join(folder, name);
    const lock = await readLock(file);
    if (lock === undefined) continue;
    if (isGone(lock)) await remove(file);
    else living.push(lock);
  }
  return living;
}

/** The backend keeps attributes beside each file. */
async function remove(file: string): Promise<void> {
  await Promise.all([file, `${file}.attrs`].map((path) => rm(path, { force: true })));
}

async function listed(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith(".json"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** Undefined when the lock was released in the meantime. */
async function readLock(file: string): Promise<StateLock | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as StateLock;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function isGone(lock: StateLock): boolean {
  if (lock.hostname !== hostname()) return false;
  if (!isAlive(lock.pid)) return true;
  const startedAt = startOf(lock.pid);
  // The pid belongs to another process by now: one that began after the lock was taken.
  return startedAt !== undefined && startedAt > Date.parse(lock.timestamp) + clockToleranceMs;
}

/** Whether a process with that pid exists, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** When the process began, in milliseconds since the epoch; undefined when `ps` does not tell. */
function startOf(pid: number): number | undefined {
  try {
    const env = { ...process.env, LC_ALL: "C" };
    const text = execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { env, encoding: "utf8" });
    const startedAt = Date.parse(text);
    return Number.isNaN(startedAt) ? undefined : startedAt;
  } catch {
    return undefined;
  }
}

function describe(lock: StateLock): string {
  const seconds = Math.round((Date.now() - Date.parse(lock.timestamp)) / 1000);
  return `created by ${lock.username}@${lock.hostname} (pid ${lock.pid}) ${seconds} s ago`;
}
