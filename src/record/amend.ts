import type { RecordStore, StackRecord } from "./record.js";
import { newRecord } from "./record.js";

/** What may be changed without holding the stack: a person's freeze, and the wish that a deployment ends. */
export type Amendment = Pick<StackRecord, "freeze" | "cancel">;

/** Changes a stack's record beside whoever holds it; the holder takes the change over at its next write. */
export async function amend(
  store: RecordStore,
  { project, stack }: { project: string; stack: string },
  change: (record: StackRecord) => Partial<Amendment>,
): Promise<StackRecord> {
  for (;;) {
    const now = new Date();
    const current = await store.read(stack);
    const record = current?.record ?? newRecord(project, stack, now);
    const next = { ...record, ...change(record), updatedAt: now.toISOString() };
    if (await store.write(next, current?.version ?? 0)) return next;
  }
}
