import type { Context } from "../../context/context.js";
import { MoorageError } from "../../core/errors.js";

export interface Cancellation {
  /** The context's own signal, aborted as well when somebody cancels. */
  signal: AbortSignal;
  /** Why it was aborted by a cancellation; undefined where it was not, or where the run itself was interrupted. */
  reason(): MoorageError | undefined;
  close(): void;
}

/** Looks at the record for a wish that this deployment ends (`moorage cancel`). */
export function watchCancellation({ records, signal, target }: Context, stack: string): Cancellation {
  const cancelled = new AbortController();
  let looking = false;
  const look = async () => {
    // A backend that is slow is not asked again before it has answered.
    if (looking) return;
    looking = true;
    try {
      const cancel = (await records.read(stack))?.record.cancel;
      if (cancel) cancelled.abort(cancelledBy(stack, cancel.by));
    } catch {
      // A look that fails says nothing: the next one comes soon.
    } finally {
      looking = false;
    }
  };
  const timer = setInterval(() => void look(), target.wait.most);
  return {
    signal: AbortSignal.any([signal, cancelled.signal]),
    reason: () =>
      cancelled.signal.aborted && !signal.aborted ? (cancelled.signal.reason as MoorageError) : undefined,
    close: () => clearInterval(timer),
  };
}

function cancelledBy(stack: string, by: string): MoorageError {
  return new MoorageError({
    code: "cancelled",
    message: `The deployment of ${stack} was cancelled by ${by}.`,
    hint: "Deploy again when you want to: it resumes where it stopped.",
  });
}
