import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { asMoorageError, platformFailure } from "../../core/errors.js";
import { atMost } from "../../core/interruption.js";
import type { Reporter } from "../../core/reporter.js";

/** Publishes something; what fails is a warning, and never the end of what was done before. */
export async function unlessItFails(
  reporter: Reporter,
  what: string,
  publish: () => Promise<void>,
): Promise<void> {
  try {
    await publish();
  } catch (thrown) {
    const { message, hint } = asMoorageError(thrown);
    reporter.notify({ kind: "warning", text: `Not published, ${what}: ${message}`, hint });
  }
}

/** How long something may take: milliseconds, and how many of them are left once `signal` is aborted. */
export interface Bound {
  timeoutMs: number;
  cancelledMs: number;
  signal: AbortSignal;
}

/** Waits for something no longer than its bound, which a cancellation shortens. Raises `github-late`. */
export async function within({ timeoutMs, cancelledMs, signal }: Bound, work: Promise<void>): Promise<void> {
  const over = new AbortController();
  const after = (milliseconds: number) =>
    delay(milliseconds, undefined, { signal: over.signal, ref: false }).then(() => {
      throw late(milliseconds);
    });
  const cancelled = async () => {
    if (!signal.aborted) await once(signal, "abort", { signal: over.signal });
    await after(atMost(cancelledMs, signal, "github"));
  };
  const ends = [after(timeoutMs), cancelled()];
  try {
    await Promise.race([work, ...ends]);
  } finally {
    over.abort();
    for (const end of ends) end.catch(() => undefined);
  }
}

function late(milliseconds: number): Error {
  return platformFailure(
    "github-late",
    `GitHub did not answer within ${milliseconds / 1000} s`,
    "Run the command again.",
  );
}
