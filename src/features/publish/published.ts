import { asMoorageError } from "../../core/errors.js";
import type { RunOutcome } from "./outcome.js";
import type { Publisher } from "./publisher.js";

/** Does the work, and makes known how it ended: once, good or bad. Its error goes on to the caller. */
export async function publishOutcome<Result>(
  publisher: Pick<Publisher, "publish">,
  work: () => Promise<Result>,
  outcome: (result: Result) => RunOutcome,
): Promise<Result> {
  let result: Result;
  try {
    result = await work();
  } catch (error) {
    await publisher.publish({ kind: "failed", error: asMoorageError(error) });
    throw error;
  }
  await publisher.publish(outcome(result));
  return result;
}
