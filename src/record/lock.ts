import { setTimeout as delay } from "node:timers/promises";
import { exitCodes, MoorageError } from "../errors.js";
import { isGone } from "./owner.js";
import type { Lock, Owner, RecordStore, StackRecord } from "./record.js";
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
}

/** A stack's record, held by this process until `release`. Only the holder writes it. */
export interface Held {
  readonly record: StackRecord;
  /** What the owner before left unfinished: it was broken, or its engine never reported an end. */
  readonly unclean: boolean;
  update(change: Partial<StackRecord>): Promise<void>;
  release(change?: Partial<StackRecord>): Promise<void>;
  /** Removes the record, and the lock with it. */
  remove(): Promise<void>;
}

const pollMs = 250;

/**
 * Takes the stack's lock: at once when it is free or its owner is provably gone, else when the owner lets go.
 * Raises `locked` (exit 5), naming the owner, when that takes longer than `timeoutMs`.
 */
export async function acquire(store: RecordStore, request: LockRequest): Promise<Held> {
  const deadline = Date.now() + request.timeoutMs;
  for (let told = false; ;) {
    request.signal.throwIfAborted();
    const current = await store.read(request.stack);
    const other = current?.record.lock;
    if (other === undefined || (await isGone(other.owner))) {
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

async function claim(
  store: RecordStore,
  { project, stack, operation, owner }: LockRequest,
  current: { record: StackRecord; version: number } | undefined,
): Promise<Held | undefined> {
  const now = new Date();
  const before = current?.record ?? newRecord(project, stack, now);
  const record = { ...before, lock: { owner, operation, since: now.toISOString() } };
  const version = current?.version ?? 0;
  if (!(await store.write(record, version))) return undefined;
  return holder(store, record, version + 1, before.unclean === true);
}

function holder(store: RecordStore, record: StackRecord, version: number, unclean: boolean): Held {
  async function update(change: Partial<StackRecord>): Promise<void> {
    const next = { ...record, ...change, updatedAt: new Date().toISOString() };
    if (!(await store.write(next, version))) throw lost(record.stack);
    record = next;
    version += 1;
  }
  return {
    get record() {
      return record;
    },
    unclean,
    update,
    release: (change = {}) => update({ ...change, lock: undefined }),
    async remove() {
      if (!(await store.remove(record.stack, version))) throw lost(record.stack);
    },
  };
}

function locked(stack: string, { owner, operation, since }: Lock): MoorageError {
  const minutes = Math.round((Date.now() - Date.parse(since)) / 60_000);
  const where = owner.run ?? `process ${owner.pid} on ${owner.host}`;
  return new MoorageError({
    code: "locked",
    message: `${stack} is locked by ${owner.user} (${operation}, ${where}) for ${minutes} min.`,
    hint: "Wait for that run to end, or give --lock-timeout more time.",
    exitCode: exitCodes.locked,
    fault: "caller",
  });
}

function lost(stack: string): MoorageError {
  return new MoorageError({
    code: "lock-lost",
    message: `The lock of ${stack} was taken over by another run while this one worked.`,
    hint: "See which run is right in `moorage preview list`, then run it again.",
    exitCode: exitCodes.locked,
    fault: "platform",
  });
}
