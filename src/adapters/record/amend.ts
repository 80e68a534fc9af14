import { persistenceOf, triesOf } from "./contention.js";
import type { RecordStore, StackRecord } from "./record.js";
import { newRecord } from "./record.js";

/**
 * What may be changed without holding the stack's lock: the freeze set by `moorage lock`, a request to cancel a deployment, and which
 * commands people ran.
 */
export type Amendment = Pick<StackRecord, "freeze" | "cancel" | "commands">;

/**
 * Changes a stack's record beside whoever holds it; the holder takes the change over at its next write. `change` is asked
 * anew for each version that it is tried on. Raises `record-contended` (exit 1) when every write is refused.
 */
export async function amend(
  store: RecordStore,
  { project, stack }: { project: string; stack: string },
  change: (record: StackRecord) => Partial<Amendment>,
): Promise<StackRecord> {
  const tries = triesOf(stack, persistenceOf(store));
  for (;;) {
    const now = new Date();
    const current = await store.read(stack);
    const record = current?.record ?? newRecord(project, stack, now);
    const version = current?.version ?? 0;
    const next = { ...record, ...change(record), updatedAt: now.toISOString() };
    if (current === undefined && isBlank(next)) return next;
    const done = isBlank(next) ? store.remove(stack, version, record.createdAt) : store.write(next, version);
    if (await done) return next;
    await tries.again();
  }
}

/** An empty record: one that existed only for a freeze is removed with it. */
export function isBlank({ exists, history, lock, freeze }: StackRecord): boolean {
  return !exists && history.length === 0 && lock === undefined && freeze === undefined;
}
