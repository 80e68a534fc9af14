import { bounds } from "../bounds.js";
import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { locked } from "./failure.js";
import { isAlive, startOf } from "./pid.js";

/** The locks on one stack's state: one file or object for each process that is at it. */
export interface StateLocks {
  stack: string;
  /** Their texts by name. */
  read(): Promise<Map<string, string>>;
  remove(name: string): Promise<void>;
  /** Who is writing a lock at this moment, as far as that can be seen. */
  beginning(): Promise<string[]>;
}

/** A lock of Pulumi's file and S3 backends (pulumi: pkg/backend/diy/lock.go). It has no lease and no heartbeat. */
interface StateLock {
  pid: number;
  username: string;
  hostname: string;
  timestamp: string;
}

const pollMs = 50;
const clockToleranceMs = 2_000;

/** Where an owner ran that is known to be gone, and since when (ISO 8601) the lock was its own. */
export interface Gone {
  host: string;
  since: string;
}

export interface BreakOptions {
  signal?: AbortSignal | undefined;
  /** How long a living owner is given, in milliseconds. */
  waitMs?: number;
  gone?: Gone | undefined;
}

/**
 * Removes the locks on the stack's state whose owner is provably gone (F8): it ran on this machine, and its process is no
 * more; or it was started by the run whose place this one takes. An engine whose driver was killed ends by itself within a
 * second, so a living owner is given a moment. Raises `state-locked` (exit 5), with owner and age, when one lives on or cannot
 * be judged from here.
 */
export async function breakDeadLocks(
  locks: StateLocks,
  { signal, waitMs = bounds.stateLock, gone }: BreakOptions = {},
): Promise<void> {
  const deadline = Date.now() + waitMs;
  for (;;) {
    const owners = await removeDead(locks, gone);
    if (owners.length === 0) return;
    if (Date.now() >= deadline) throw locked(locks.stack, owners.join("\n"));
    await delay(pollMs, undefined, { signal });
  }
}

/** Removes what is provably dead, and returns who holds the rest. */
async function removeDead(locks: StateLocks, gone: Gone | undefined): Promise<string[]> {
  const beginning = await locks.beginning();
  const owners = [...(await locks.read())].map(async ([name, text]) => {
    const lock = JSON.parse(text) as StateLock;
    if (!isGone(lock, gone)) return describe(lock);
    await locks.remove(name);
    return undefined;
  });
  return [...beginning, ...(await Promise.all(owners)).filter((owner) => owner !== undefined)];
}

function isGone(lock: StateLock, gone: Gone | undefined): boolean {
  if (lock.hostname !== hostname()) {
    return lock.hostname === gone?.host && Date.parse(lock.timestamp) >= Date.parse(gone.since);
  }
  if (!isAlive(lock.pid)) return true;
  const startedAt = startOf(lock.pid);
  // The pid belongs to another process by now: one that began after the lock was taken.
  return startedAt !== undefined && startedAt > Date.parse(lock.timestamp) + clockToleranceMs;
}

function describe(lock: StateLock): string {
  const seconds = Math.round((Date.now() - Date.parse(lock.timestamp)) / 1000);
  return `created by ${lock.username}@${lock.hostname} (pid ${lock.pid}) ${seconds} s ago`;
}
