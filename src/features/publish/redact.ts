import { redacted } from "../../core/redaction.js";
import type { RunOutcome } from "./outcome.js";

/** How a run ended, with every secret replaced. An error keeps its class; its texts and its result lose the secrets. */
export function redactedOutcome(outcome: RunOutcome, secrets: readonly string[]): RunOutcome {
  if (outcome.kind !== "failed") return redacted(outcome, secrets);
  const { error } = outcome;
  const { message, hint, result } = error;
  return {
    kind: "failed",
    error: error.with({ ...redacted({ message, hint, result }, secrets), places: [], cause: undefined }),
  };
}
