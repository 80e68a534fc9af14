import { setTimeout as delay } from "node:timers/promises";
import { asMoorageError, platformFailure } from "../errors.js";
import type { Host } from "../report.js";

/** Publishes something; what fails is a warning, and never the end of what was done before. */
export async function unlessItFails(host: Host, what: string, publish: () => Promise<void>): Promise<void> {
  try {
    await publish();
  } catch (thrown) {
    const { message, hint } = asMoorageError(thrown);
    host.notify({ kind: "warning", text: `Not published, ${what}: ${message}`, hint });
  }
}

/** Waits for something no longer than so many milliseconds. Raises `github-late`. */
export async function within(timeoutMs: number, work: Promise<void>): Promise<void> {
  const over = new AbortController();
  const late = delay(timeoutMs, undefined, { signal: over.signal, ref: false }).then(() => {
    throw platformFailure(
      "github-late",
      `GitHub did not answer within ${timeoutMs / 1000} s`,
      "Run the command again.",
    );
  });
  try {
    await Promise.race([work, late]);
  } finally {
    over.abort();
    late.catch(() => undefined);
  }
}
