import { readFile, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { locked } from "./failure.js";
import { type FileBackend, filesIn } from "./file-backend.js";
import { isAlive, startOf } from "./pid.js";

/** A lock of Pulumi's file backend (pulumi: pkg/backend/diy/lock.go). It has no lease and no heartbeat. */
interface StateLock {
  pid: number;
  username: string;
  hostname: string;
  timestamp: string;
}

const settleMs = 3_000;
const pollMs = 50;
/** A lock is written in well under a millisecond: a temporary file of that age was never finished. */
const abandonedMs = 1_000;
const clockToleranceMs = 2_000;

/**
 * Removes the locks on the stack's state whose owner is provably gone: it ran on this machine, and its process is no more
 * (F8). An engine whose driver was killed ends by itself within a second, so a living owner is given a moment. Raises
 * `state-locked` (exit 5), with owner and age, when one lives on or cannot be judged from here.
 */
export async function breakDeadLocks(
  { locks, stack }: FileBackend,
  signal?: AbortSignal,
  waitMs = settleMs,
): Promise<void> {
  const deadline = Date.now() + waitMs;
  for (;;) {
    const owners = await removeDead(locks);
    if (owners.length === 0) return;
    if (Date.now() >= deadline) throw locked(stack, owners.join("\n"));
    await delay(pollMs, undefined, { signal });
  }
}

/** Removes what is provably dead, and returns who holds the rest. */
async function removeDead(folder: string): Promise<string[]> {
  const owners = (await filesIn(folder)).map(async (name) => {
    const file = join(folder, name);
    if (name.endsWith(".json")) return judgeLock(file);
    return name.endsWith(".tmp") ? judgeTemporary(file) : undefined;
  });
  return (await Promise.all(owners)).filter((owner) => owner !== undefined);
}

/** Undefined when the lock is gone, by itself or by us. */
async function judgeLock(file: string): Promise<string | undefined> {
  const text = await readFile(file, "utf8").catch(ignoreAbsence);
  if (text === undefined) return undefined;
  const lock = JSON.parse(text) as StateLock;
  if (!isGone(lock)) return describe(lock);
  // The backend keeps attributes beside each file.
  await Promise.all([file, `${file}.attrs`].map((path) => rm(path, { force: true })));
  return undefined;
}

async function judgeTemporary(file: string): Promise<string | undefined> {
  const found = await stat(file).catch(ignoreAbsence);
  if (found === undefined) return undefined;
  if (Date.now() - found.mtimeMs < abandonedMs) return "created by a process that has just begun";
  await rm(file, { force: true });
  return undefined;
}

function ignoreAbsence(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}

function isGone(lock: StateLock): boolean {
  if (lock.hostname !== hostname()) return false;
  if (!isAlive(lock.pid)) return true;
  const startedAt = startOf(lock.pid);
  // The pid belongs to another process by now: one that began after the lock was taken.
  return startedAt !== undefined && startedAt > Date.parse(lock.timestamp) + clockToleranceMs;
}

function describe(lock: StateLock): string {
  const seconds = Math.round((Date.now() - Date.parse(lock.timestamp)) / 1000);
  return `created by ${lock.username}@${lock.hostname} (pid ${lock.pid}) ${seconds} s ago`;
}
