import type { Context } from "../context.js";
import { exitCodes, MoorageError } from "../errors.js";
import type { Attempt } from "./attempt.js";
import { diagnose, type Diagnosis, tellDiagnosis } from "./diagnosis.js";
import { letGo } from "./ending.js";
import { putBack, type PutBack } from "./put-back.js";
import { headOf, resultOf } from "./result.js";
import { stopAttempt } from "./stop.js";

/**
 * Ends a deployment that ran and failed: diagnosis, the last good release put back, record. The error carries the whole
 * result. A rollback that fails is tried no further (F25): exit 6.
 */
export async function failDeployment(
  context: Context,
  attempt: Attempt,
  problem: MoorageError,
): Promise<MoorageError> {
  const diagnosis = await collect(context, attempt, problem);
  const done = await react(context, attempt, problem);
  diagnosis.action = done.action;
  tellDiagnosis(context, diagnosis);
  const verdict =
    done.result === "rolled back" ? "rolled back" : problem.code === "superseded" ? "superseded" : "failed";
  await letGo(context, attempt, {
    result: verdict,
    reason: problem.message,
    status: done.result === "rolled back" ? "ready" : "failed",
  });
  const result = { ...headOf(attempt.request.stack), ...resultOf(attempt, verdict), diagnosis };
  return raised(problem, done, result, attempt);
}

async function collect(context: Context, { outcome }: Attempt, problem: MoorageError): Promise<Diagnosis> {
  if (outcome === undefined) return { cause: problem.code, services: [], action: "" };
  return diagnose(context, outcome, problem.code);
}

/** A failed rollout or smoke test is put right; so is what somebody cancelled. After anything else, what runs stays. */
async function react(context: Context, attempt: Attempt, problem: MoorageError): Promise<PutBack> {
  if (attempt.request.rolledBackFrom !== undefined) {
    return { result: "nothing", action: "A rollback that fails is not tried again.", problem };
  }
  if (problem.code === "cancelled") await stopAttempt(context, attempt);
  else if (attempt.outcome === undefined) {
    return { result: "nothing", action: "Nothing was put back: the engine did not come to its end." };
  }
  return putBack(context, attempt);
}

function raised(
  problem: MoorageError,
  { result: done, action, problem: second }: PutBack,
  result: object,
  { request }: Attempt,
): MoorageError {
  const rollbackFailed = done === "failed" || request.rolledBackFrom !== undefined;
  const both = done === "failed" && second ? `\nThe rollback failed too: ${second.message}` : "";
  const { code, hint, fault } = problem;
  return new MoorageError({
    code: done === "failed" ? "rollback-failed" : code,
    message: `${problem.message}\n${action}${both}`,
    hint: rollbackFailed
      ? "Look at what runs with `moorage status`, then deploy a version that works."
      : hint,
    exitCode: rollbackFailed ? exitCodes.rollbackFailed : problem.exitCode,
    fault,
    cause: problem,
    result: { ...result },
  });
}
