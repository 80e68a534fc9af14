import { MoorageError } from "../../core/errors.js";
import { persistenceOf, triesOf } from "./contention.js";
import { freezeOf } from "./freeze.js";
import type { Lock, RecordStore, StackRecord } from "./record.js";
import { newRecord } from "./record.js";

/** A stack's record, held by this process until `release`. Only the holder writes it. */
export interface HeldStack {
  readonly record: StackRecord;
  /** What the owner before left unfinished: it was broken, or its engine never reported an end. */
  readonly unclean: boolean;
  /** The lock in whose place this one is: its owner is known to be gone. */
  readonly former?: Lock | undefined;
  update(change: Partial<StackRecord>): Promise<void>;
  unlock(change?: Partial<StackRecord>): Promise<void>;
  /** Removes the record, and the lock with it. A person's freeze that is in force stays, in a record of its own. */
  remove(): Promise<void>;
}

/** The record at `version`, which says that this process holds it. */
export function holder(
  store: RecordStore,
  record: StackRecord,
  version: number,
  found: Pick<HeldStack, "unclean" | "former">,
): HeldStack {
  const { stack, project, lock, createdAt } = record;
  async function update(change: Partial<StackRecord>): Promise<void> {
    const tries = triesOf(stack, persistenceOf(store));
    for (;;) {
      const next = { ...record, ...change, updatedAt: new Date().toISOString() };
      if (await store.write(next, version)) {
        record = next;
        version += 1;
        return;
      }
      if (!takeOver(await store.read(stack))) throw lost(stack);
      await tries.again();
    }
  }
  /** Beside the holder, others change nothing but what `amend` does. False when the lock is not ours. */
  function takeOver(current: Awaited<ReturnType<RecordStore["read"]>>): boolean {
    if (current === undefined || !isSameLock(current.record.lock, lock)) return false;
    const { freeze, cancel, commands } = current.record;
    record = { ...record, freeze, cancel, ...(commands && { commands }) };
    version = current.version;
    return true;
  }
  async function remove(): Promise<void> {
    const tries = triesOf(stack, persistenceOf(store));
    for (;;) {
      const now = new Date();
      const freeze = freezeOf(record, now);
      const done = freeze
        ? store.write({ ...newRecord(project, stack, now), createdAt, freeze }, version)
        : store.remove(stack, version, createdAt);
      if (await done) return;
      const current = await store.read(stack);
      // A removal whose answer was lost.
      if (current === undefined) return;
      if (!takeOver(current)) throw lost(stack);
      await tries.again();
    }
  }
  return {
    get record() {
      return record;
    },
    ...found,
    update,
    unlock: (change = {}) => update({ ...change, running: undefined, cancel: undefined, lock: undefined }),
    remove,
  };
}

/** Whether two looks saw one and the same lock. */
export function isSameLock(one: Lock | undefined, other: Lock | undefined): boolean {
  if (one === undefined || other === undefined || one.id !== other.id) return false;
  const { pid, host } = one.owner;
  return one.since === other.since && pid === other.owner.pid && host === other.owner.host;
}

function lost(stack: string): MoorageError {
  return new MoorageError({
    code: "lock-lost",
    message: `The lock of ${stack} was taken over by another run while this one worked.`,
    hint: "Check which run is the right one, then run it again.",
  });
}
