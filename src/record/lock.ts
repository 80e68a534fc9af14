import { setTimeout as delay } from "node:timers/promises";
import { exitCodes, MoorageError } from "../errors.js";
import { freezeOf, frozen } from "./freeze.js";
import { settleLost } from "./history.js";
import { isGone, isOurEarlierAttempt } from "./owner.js";
import type { Lock, Owner, RecordStore, StackRecord, Versioned } from "./record.js";
import { newRecord } from "./record.js";

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

/** A stack's record, held by this process until `release`. Only the holder writes it. */
export interface Held {
  readonly record: StackRecord;
  /** What the owner before left unfinished: it was broken, or its engine never reported an end. */
  readonly unclean: boolean;
  /** The lock in whose place this one is: its owner is known to be gone. */
  readonly former?: Lock | undefined;
  update(change: Partial<StackRecord>): Promise<void>;
  release(change?: Partial<StackRecord>): Promise<void>;
  /** Removes the record, and the lock with it. */
  remove(): Promise<void>;
}

const pollMs = 250;

/**
 * Takes the stack's lock: at once when it is free or its owner is provably gone, else when the owner lets go.
 * Raises `locked` (exit 5), naming the owner, when that takes longer than `timeoutMs`, and `frozen` (exit 5) when a
 * person has locked the stack.
 */
export async function acquire(store: RecordStore, request: LockRequest): Promise<Held> {
  const deadline = Date.now() + request.timeoutMs;
  for (let told = false; ;) {
    request.signal.throwIfAborted();
    const current = await store.read(request.stack);
    const freeze = current && freezeOf(current.record, new Date());
    if (freeze) throw frozen(request.stack, freeze);
    const other = current?.record.lock;
    if (other === undefined || (await isOver(other.owner, request))) {
      const held = await claim(store, request, current);
      if (held) return held;
      continue;
    }
    if (Date.now() >= deadline) throw locked(request.stack, other);
    if (!told) request.onWait?.(other);
    told = true;
    await delay(pollMs * (0.5 + Math.random()), undefined, { signal: request.signal });
  }
}

/** Whether a lock's owner is provably gone (F8). */
export async function isOver(
  owner: Owner,
  { owner: us, isOver: ask }: Pick<LockRequest, "owner" | "isOver">,
): Promise<boolean> {
  return isOurEarlierAttempt(owner, us) || (await isGone(owner)) || (await ask?.(owner)) === true;
}

/** A stack as the next run will find it: whoever is provably gone has failed and holds nothing. */
export async function withoutLost(
  record: StackRecord,
  us: Pick<LockRequest, "owner" | "isOver">,
  now: Date,
): Promise<StackRecord> {
  if (record.lock === undefined || !(await isOver(record.lock.owner, us))) return record;
  const { lock: _lost, ...settled } = settleLost(record, now);
  return settled;
}

/** What the owner before left running is settled with the same write: a lost deployment is a failed one. */
async function claim(
  store: RecordStore,
  { project, stack, operation, owner }: LockRequest,
  current: Versioned | undefined,
): Promise<Held | undefined> {
  const now = new Date();
  const { cancel: _answered, ...before } = settleLost(current?.record ?? newRecord(project, stack, now), now);
  const record: StackRecord = { ...before, lock: { owner, operation, since: now.toISOString() } };
  const version = current?.version ?? 0;
  if (!(await store.write(record, version))) return undefined;
  return holder(store, record, version + 1, {
    unclean: before.unclean === true,
    former: current?.record.lock,
  });
}

function holder(
  store: RecordStore,
  record: StackRecord,
  version: number,
  found: Pick<Held, "unclean" | "former">,
): Held {
  async function update(change: Partial<StackRecord>): Promise<void> {
    for (;;) {
      const next = { ...record, ...change, updatedAt: new Date().toISOString() };
      if (await store.write(next, version)) {
        record = next;
        version += 1;
        return;
      }
      await takeOver();
    }
  }
  /** Beside the holder, others change nothing but a freeze and the wish that it ends (`amend`). */
  async function takeOver(): Promise<void> {
    const current = await store.read(record.stack);
    if (current === undefined || !isSame(current.record.lock, record.lock)) throw lost(record.stack);
    const { freeze, cancel } = current.record;
    record = { ...record, freeze, cancel };
    version = current.version;
  }
  return {
    get record() {
      return record;
    },
    ...found,
    update,
    release: (change = {}) => update({ ...change, running: undefined, cancel: undefined, lock: undefined }),
    async remove() {
      while (!(await store.remove(record.stack, version))) await takeOver();
    },
  };
}

function isSame(one: Lock | undefined, other: Lock | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  const { pid, host } = one.owner;
  return one.since === other.since && pid === other.owner.pid && host === other.owner.host;
}

/** `ann (up for 3 min, process 4711 on build-7)`. */
export function describeLock({ owner, operation, since }: Lock): string {
  const seconds = Math.max(0, Math.round((Date.now() - Date.parse(since)) / 1000));
  const age = seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
  return `${owner.user} (${operation} for ${age}, ${owner.run ?? `process ${owner.pid} on ${owner.host}`})`;
}

function locked(stack: string, lock: Lock): MoorageError {
  return new MoorageError({
    code: "locked",
    message: `${stack} is locked by ${describeLock(lock)}.`,
    hint: `Wait for that run to end, give --lock-timeout more time, or stop it with \`moorage cancel ${stack}\`.`,
    exitCode: exitCodes.locked,
    fault: "caller",
  });
}

function lost(stack: string): MoorageError {
  return new MoorageError({
    code: "lock-lost",
    message: `The lock of ${stack} was taken over by another run while this one worked.`,
    hint: "See which run is right, then run it again.",
    exitCode: exitCodes.locked,
    fault: "platform",
  });
}
