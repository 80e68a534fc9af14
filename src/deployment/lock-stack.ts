import type { Context } from "../context.js";
import type { Held } from "../record/lock.js";
import { acquire, describeLock } from "../record/lock.js";
import type { Lock } from "../record/record.js";

/** Takes a stack's lock for this run, telling the person whom it waits for. */
export function lockStack(
  { records, project, owner, signal, host }: Context,
  { stack, lockTimeoutMs }: { stack: string; lockTimeoutMs: number },
  operation: Lock["operation"],
): Promise<Held> {
  return acquire(records, {
    project,
    stack,
    operation,
    owner,
    timeoutMs: lockTimeoutMs,
    signal,
    onWait: (lock) => host.notify({ kind: "step", text: `Waiting for ${describeLock(lock)}` }),
  });
}
