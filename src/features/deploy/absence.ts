import { bounds } from "../../core/bounds.js";
import { setTimeout as delay } from "node:timers/promises";
import type { Context } from "../../context/context.js";
import { MoorageError } from "../../core/errors.js";

/** How long AWS may take to forget what was deleted, and how often it is asked. */
export interface AbsenceBounds {
  timeoutMs: number;
  pauseMs: number;
}

const usual: AbsenceBounds = { timeoutMs: bounds.absence, pauseMs: 250 };

/** Looks until nothing of a destroyed stack is found. Raises `leftovers` (exit 1), naming each, when the time is over (F13). */
export async function proveAbsence(
  { reporter, signal }: Pick<Context, "reporter" | "signal">,
  stack: string,
  find: () => Promise<string[]>,
  { timeoutMs, pauseMs }: AbsenceBounds = usual,
): Promise<void> {
  reporter.notify({ kind: "step", text: `Verifying that nothing of ${stack} is left` });
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const left = await find();
    if (left.length === 0) return;
    if (performance.now() >= deadline) throw leftovers(stack, left);
    reporter.notify({ kind: "progress", text: `Still there: ${left.join(", ")}` });
    await delay(pauseMs, undefined, { signal });
  }
}

function leftovers(stack: string, left: string[]): MoorageError {
  return new MoorageError({
    code: "leftovers",
    message: `${stack} is destroyed, but the target still has: ${left.join(", ")}.`,
    hint: "Run the same command again; if it remains, it is in no stack's state: remove it by hand.",
    result: { stack, leftovers: left },
  });
}
