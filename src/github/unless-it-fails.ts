import { asMoorageError } from "../errors.js";
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
