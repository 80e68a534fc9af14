import type { Context } from "../../context/context.js";
import { asMoorageError } from "../../core/errors.js";
import { withinBound } from "../../core/interruption.js";
import type { HeldStack } from "../../adapters/record/lock.js";
import { acquire, describeLock } from "../../adapters/record/lock.js";
import type { Lock, StackRecord } from "../../adapters/record/record.js";

/** Takes a stack's lock for this run, telling the person whom it waits for. */
export function lockStack(
  { records, project, owner, signal, reporter, isOver }: Context,
  { stack, lockTimeoutMs }: { stack: string; lockTimeoutMs: number },
  operation: Lock["operation"],
): Promise<HeldStack> {
  return acquire(records, {
    project,
    stack,
    operation,
    owner,
    timeoutMs: lockTimeoutMs,
    signal,
    isOver,
    onWait: (lock) => reporter.notify({ kind: "step", text: `Waiting for ${describeLock(lock)}` }),
  });
}

/** Lets go of a stack after a failure. A lock that stays is a warning: what failed is what is told. */
export async function unlockStack(
  { reporter, signal }: Pick<Context, "reporter" | "signal">,
  held: HeldStack,
  change: Partial<StackRecord> | "remove",
): Promise<void> {
  try {
    await withinBound(() => (change === "remove" ? held.remove() : held.unlock(change)), {
      boundMs: Infinity,
      signal,
      interrupted: { now: false, part: "record" },
      late: () => new Error("the backend did not answer in time"),
    });
  } catch (error) {
    const text = `The lock of ${held.record.stack} was not released: ${asMoorageError(error).message}`;
    reporter.notify({ kind: "warning", text });
  }
}
