import { AwsError } from "../cloud.js";
import type { Scope } from "./resource.js";

/** The real provider's own bound for a service: 20 minutes. Ours is in real time, since apps take their own time to stop. */
const boundMs = 20 * 60_000;

/** Asks every two of AWS's seconds until `done`. Throws in the real provider's words when the bound has passed. */
export async function poll(what: string, scope: Scope, done: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + boundMs;
  while (!(await done())) {
    if (performance.now() > end) throw new AwsError("Timeout", `timeout while waiting for ${what}`);
    await scope.wait(2);
  }
}
