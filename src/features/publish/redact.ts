import { MoorageError } from "../../core/errors.js";
import { redacted } from "../../core/redaction.js";
import type { RunOutcome } from "./outcome.js";

/** How a run ended, with every secret replaced. An error keeps its class; its texts and its result lose the secrets. */
export function redactedOutcome(outcome: RunOutcome, secrets: readonly string[]): RunOutcome {
  if (outcome.kind !== "failed") return redacted(outcome, secrets);
  const { message, hint, result, exitCode, code, fault } = outcome.error;
  return {
    kind: "failed",
    error: new MoorageError({ code, fault, exitCode, ...redacted({ message, hint, result }, secrets) }),
  };
}
