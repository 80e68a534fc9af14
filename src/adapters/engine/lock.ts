import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { bounds } from "../../core/bounds.js";
import { thisMachine } from "../record/owner/machine.js";
import { judgeProcess, type ProcessVerdict } from "../record/owner/process.js";
import { locked } from "./failure.js";
import type { EngineNote } from "./notes.js";

/** The locks on one stack's state: one file or object for each process that is at it. */
export interface StateLocks {
  stack: string;
  /** Their texts by name. */
  read(): Promise<Map<string, string>>;
  remove(name: string): Promise<void>;
  /** Who is writing a lock at this moment, as far as that can be seen. */
  beginning(): Promise<string[]>;
  /** The engines that were started on this machine for this state. */
  engines?(): EngineNote[];
}

/** A lock of Pulumi's file and S3 backends (pulumi: pkg/backend/diy/lock.go). It has no lease and no heartbeat. */
interface StateLock {
  pid: number;
  username: string;
  hostname: string;
  timestamp: string;
}

/** A lock, and whether its owner lives. */
export interface JudgedLock {
  name: string;
  /** `created by ann@laptop (pid 4711) 20 s ago`. */
  owner: string;
  verdict: ProcessVerdict;
}

const pollMs = 50;
/** How long after its start an engine takes its lock at most, in milliseconds: a note is of that lock alone. */
const lockedWithinMs = 60_000;

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
 * Removes the locks on the stack's state whose owner is provably gone (F8): an engine that was started here and is no more,
 * or one of the run whose place this one takes. An engine whose driver was killed ends by itself within a second, so a living
 * owner is given a moment. Raises `state-locked` (exit 5), with owner and age, when one lives on or cannot be judged from here.
 */
export async function breakDeadLocks(
  locks: StateLocks,
  { signal, waitMs = bounds.stateLock, gone }: BreakOptions = {},
): Promise<void> {
  const startedAt = performance.now();
  for (;;) {
    const owners = await removeDead(locks, gone);
    if (owners.length === 0) return;
    if (performance.now() - startedAt >= waitMs) throw locked(locks.stack, owners.join("\n"));
    await delay(pollMs, undefined, { signal });
  }
}

/** Removes what is provably dead, and returns who holds the rest. */
async function removeDead(locks: StateLocks, gone: Gone | undefined): Promise<string[]> {
  const beginning = [...orphansOf(locks), ...(await locks.beginning())];
  const owners = (await judgeLocks(locks, gone)).map(async ({ name, owner, verdict }) => {
    if (verdict.is !== "gone") return verdict.is === "lives" ? owner : `${owner}: ${doubtOf(verdict.why)}`;
    await locks.remove(name);
    return undefined;
  });
  return [...beginning, ...(await Promise.all(owners)).filter((owner) => owner !== undefined)];
}

/** Engines that live on though their driver is gone: they end within a moment, and may take their lock before that. */
function orphansOf({ engines }: StateLocks): string[] {
  const orphans = (engines?.() ?? []).filter(
    (note) =>
      note.driver !== undefined &&
      judgeProcess(note.driver).is === "gone" &&
      judgeProcess(note).is === "lives",
  );
  return orphans.map(({ pid, at }) => `created by an engine (pid ${pid}) of ${at} whose driver is gone`);
}

function doubtOf(why: string): string {
  return `it is unknown from here whether it is alive: ${why}`;
}

/** All locks on the state, and what can be told of their owners. */
export async function judgeLocks(locks: StateLocks, gone?: Gone): Promise<JudgedLock[]> {
  const notes = locks.engines?.() ?? [];
  return [...(await locks.read())].map(([name, text]) => {
    const lock = parse(text);
    return lock === undefined
      ? { name, owner: "created by somebody whose lock cannot be read", verdict: notReadable }
      : { name, owner: describe(lock), verdict: judge(lock, notes, gone) };
  });
}

const notReadable: ProcessVerdict = { is: "unknown", why: "its lock cannot be read" };

/** The engine's lock proves nothing by itself: a host may have another's name, and a container its own pids. */
function judge(lock: StateLock, notes: readonly EngineNote[], gone: Gone | undefined): ProcessVerdict {
  const note = notes.find((known) => isOf(known, lock));
  if (note !== undefined) return judgeProcess(note);
  if (lock.hostname === hostname() && thisMachine().look(lock.pid)?.name === "pulumi") return { is: "lives" };
  // Both times are of the machine that is gone.
  if (lock.hostname === gone?.host && Date.parse(lock.timestamp) >= Date.parse(gone.since))
    return { is: "gone" };
  return { is: "unknown", why: "its lock names only a pid and a host" };
}

function isOf({ pid, hostname: host, at }: EngineNote, lock: StateLock): boolean {
  const after = Date.parse(lock.timestamp) - Date.parse(at);
  return pid === lock.pid && host === lock.hostname && Math.abs(after) <= lockedWithinMs;
}

function parse(text: string): StateLock | undefined {
  try {
    const lock = JSON.parse(text) as Partial<StateLock> | null;
    return typeof lock?.pid === "number" ? (lock as StateLock) : undefined;
  } catch {
    return undefined;
  }
}

function describe(lock: StateLock): string {
  const seconds = Math.max(0, Math.round((Date.now() - Date.parse(lock.timestamp)) / 1000));
  return `created by ${lock.username}@${lock.hostname} (pid ${lock.pid}) ${seconds} s ago`;
}
