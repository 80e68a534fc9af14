import { bounds } from "../core/bounds.js";
import { exitCodes, MoorageError } from "../core/errors.js";
import { Interruption } from "../core/interruption.js";

/** What the run's signals bring about. */
export interface SignalEdges {
  /** The run is to end without any further order, with this error. */
  endNow(error: MoorageError): void;
}

const ending = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * The run's signal: aborted with an Interruption by the first SIGINT, SIGTERM or SIGHUP. A second SIGINT or SIGTERM, or the
 * ending's bound, ends the run at once (F6, F39).
 */
export function watchSignals({ endNow }: SignalEdges): AbortSignal {
  const interruption = new AbortController();
  let first: number | undefined;
  for (const name of ending) {
    process.on(name, () => {
      if (first === undefined) {
        first = performance.now();
        // Also where nothing is left to wait for.
        process.exitCode = exitCodes.interrupted;
        interruption.abort(new Interruption(name));
        setTimeout(
          () => endNow(cutShort(`Interrupted by ${name}; not everything stopped in time.`)),
          bounds.ending,
        );
      } else if (name !== "SIGHUP" && performance.now() - first >= bounds.sameSignal) {
        endNow(cutShort(`Interrupted twice, by ${name}: stopped at once.`));
      }
    });
  }
  return interruption.signal;
}

function cutShort(message: string): MoorageError {
  return new MoorageError({
    code: "interrupted",
    message,
    hint:
      "A lock may remain: the next run on this machine takes it over automatically; from elsewhere, " +
      "`moorage unlock <environment> --run` shows whose it is, and breaks it.",
  });
}
