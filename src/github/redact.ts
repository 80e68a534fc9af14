import { MoorageError } from "../errors.js";
import type { RunOutcome } from "./outcome.js";

/** The value with every secret in its texts replaced by `***` (F28). */
export function redacted<Value>(value: Value, secrets: readonly string[]): Value {
  return replaceIn(value, secrets) as Value;
}

function replaceIn(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === "string") {
    return secrets.reduce((text, secret) => text.replaceAll(secret, "***"), value);
  }
  if (Array.isArray(value)) return value.map((inner) => replaceIn(inner, secrets));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, replaceIn(inner, secrets)]));
}

/** The same of how a run ended. An error keeps its class; its texts and its result lose the secrets. */
export function redactedOutcome(outcome: RunOutcome, secrets: readonly string[]): RunOutcome {
  if (outcome.kind !== "failed") return redacted(outcome, secrets);
  const { message, hint, result, exitCode, code, fault } = outcome.error;
  return {
    kind: "failed",
    error: new MoorageError({ code, fault, exitCode, ...redacted({ message, hint, result }, secrets) }),
  };
}
