import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { MoorageError } from "../../core/errors.js";
import { persistenceOf, triesOf } from "./contention.js";
import { moorageVersion } from "../../core/version.js";
import { freezeOf, frozen } from "./freeze.js";
import { type HeldStack, holder } from "./held.js";
import { failAbandonedRun } from "./history.js";
import { isGone, isOurEarlierAttempt, judgeOwner } from "./owner.js";
import type { Lock, Owner, RecordStore, StackRecord, Versioned } from "./record.js";
import { newRecord } from "./record.js";

export type { HeldStack } from "./held.js";

export interface LockRequest {
  project: string;
  stack: string;
  operation: Lock["operation"];
  owner: Owner;
  /** How long to wait for another owner, in milliseconds. */
  timeoutMs: number;
  signal: AbortSignal;
  /** Told when the wait begins. */
  onWait?: (lock: Lock) => void;
  /** Asked about owners on other machines: true only where somebody who knows says that they are gone. */
  isOver?: ((owner: Owner) => Promise<boolean>) | undefined;
}

const pollMs = 250;

/**
 * Takes the stack's lock: at once when it is free or its owner is provably gone, else when the owner lets go.
 * Raises `locked` (exit 5), naming the owner, when that takes longer than `timeoutMs`, `frozen` (exit 5) when a
 * person has locked the stack, and `record-contended` (exit 1) when a free lock cannot be written.
 */
export async function acquire(store: RecordStore, request: LockRequest): Promise<HeldStack> {
  const { stack, signal, timeoutMs } = request;
  const startedAt = performance.now();
  const tries = triesOf(stack, persistenceOf(store));
  for (let told = false; ;) {
    signal.throwIfAborted();
    const current = await store.read(stack);
    const freeze = current && freezeOf(current.record, new Date());
    if (freeze) throw frozen(stack, freeze);
    const other = current?.record.lock;
    if (other === undefined || (await isOver(other.owner, request))) {
      const held = await claim(store, request, current);
      if (held) return held;
      await tries.again(signal);
      continue;
    }
    if (performance.now() - startedAt >= timeoutMs) throw locked(stack, other);
    tries.restart();
    if (!told) request.onWait?.(other);
    told = true;
    await delay(pollMs * (0.5 + Math.random()), undefined, { signal });
  }
}

/** Whether a lock's owner is provably gone (F8). */
export async function isOver(
  owner: Owner,
  { owner: us, isOver: ask }: Pick<LockRequest, "owner" | "isOver">,
): Promise<boolean> {
  return isOurEarlierAttempt(owner, us) || isGone(owner) || (await ask?.(owner)) === true;
}

/** A stack as the next run will find it: whoever is provably gone has failed and holds nothing. */
export async function withoutAbandonedRun(
  record: StackRecord,
  us: Pick<LockRequest, "owner" | "isOver">,
  now: Date,
): Promise<StackRecord> {
  if (record.lock === undefined || !(await isOver(record.lock.owner, us))) return record;
  const { lock: _lost, ...settled } = failAbandonedRun(record, now);
  // Killed before it had begun anything: nobody deploys any more.
  return settled.status === "deploying" ? { ...settled, status: "failed" } : settled;
}

/** What the owner before left running is settled with the same write: a lost deployment is a failed one. */
async function claim(
  store: RecordStore,
  { project, stack, operation, owner }: LockRequest,
  current: Versioned | undefined,
): Promise<HeldStack | undefined> {
  const now = new Date();
  const { cancel: _answered, ...before } = failAbandonedRun(
    current?.record ?? newRecord(project, stack, now),
    now,
  );
  const lock: Lock = { id: randomUUID(), owner, operation, since: now.toISOString() };
  const record: StackRecord = { ...before, moorage: moorageVersion(), lock };
  const version = current?.version ?? 0;
  if (!(await store.write(record, version))) return undefined;
  return holder(store, record, version + 1, {
    unclean: before.unclean === true,
    former: current?.record.lock,
  });
}

/** `ann (up for 3 min, process 4711 on build-7)`. */
export function describeLock({ owner, operation, since }: Lock): string {
  const seconds = Math.max(0, Math.round((Date.now() - Date.parse(since)) / 1000));
  return `${owner.user} (${operation} for ${ageOf(seconds)}, ${owner.run ?? `process ${owner.pid} on ${owner.host}`})`;
}

function ageOf(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  const hours = Math.round(seconds / 3_600);
  if (seconds < 2 * 3_600) return `${Math.round(seconds / 60)} min`;
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}

function locked(stack: string, lock: Lock): MoorageError {
  const verdict = judgeOwner(lock.owner);
  const doubt =
    verdict.is === "unknown" ? ` It is unknown from here whether that run is alive: ${verdict.why}.` : "";
  return new MoorageError({
    code: "locked",
    message: `${stack} is locked by ${describeLock(lock)}.${doubt}`,
    hint:
      `Wait for that run to end, raise --lock-timeout, or stop it with \`moorage cancel ${stack}\`. ` +
      `If it is dead: \`moorage unlock ${stack} --run\`.`,
  });
}
