import type { Context } from "../../context/context.js";
import type { MoorageError } from "../../core/errors.js";
import { safeText, safeValue } from "../../core/redaction.js";
import { syncStateWithEcs } from "./rollback/sync-state.js";
import type { Attempt } from "./attempt.js";
import { diagnose, type Diagnosis, tellDiagnosis } from "./rollout/diagnosis.js";
import { unlockAfterFailure } from "./close-record.js";
import type { AutomaticRollback } from "./rollback/automatic.js";
import type { DeployVerdict } from "./request.js";
import { headOf, resultOf } from "./result.js";

/**
 * Ends a deployment that ran and failed: diagnosis, automatic rollback, record. The error carries the whole
 * result. A rollback that fails is tried no further (F25): exit 6. In the end Pulumi's state, the record and ECS agree.
 */
export async function failDeployment(
  context: Context,
  attempt: Attempt,
  problem: MoorageError,
): Promise<MoorageError> {
  const diagnosis = await collect(context, attempt, problem);
  if (problem.code === "cancelled") await attempt.strategy.stop(context, attempt);
  const done = await attempt.strategy.rollBack(context, attempt, problem.code);
  diagnosis.action = actionOf(attempt, done);
  if (done.result === "nothing" || done.result === "failed") await syncStateWithEcs(context, attempt);
  if (done.result === "interrupted") context.reporter.notify({ kind: "warning", text: done.action });
  tellDiagnosis(context, diagnosis);
  const verdict = verdictOf(attempt, done, problem);
  const reason = `${problem.message}${done.result === "interrupted" ? `\n${done.action}` : ""}`;
  await unlockAfterFailure(context, attempt, { result: verdict, reason, status: statusOf(attempt, done) });
  const result = { ...headOf(attempt.request.stack), ...resultOf(attempt, verdict), diagnosis };
  return failureError(context, problem, { ...done, action: diagnosis.action }, result, attempt);
}

async function collect(
  context: Context,
  { outcome, request }: Attempt,
  problem: MoorageError,
): Promise<Diagnosis> {
  if (outcome === undefined) return { cause: problem.code, services: [], action: "" };
  return safeValue(context.reporter, await diagnose(context, request.config, outcome, problem.code));
}

function actionOf({ request }: Attempt, { action }: AutomaticRollback): string {
  return request.purpose !== "rollback" ? action : `A failed rollback is not retried. ${action}`;
}

/** A rollback that failed has failed, also where what it went away from is back. */
function verdictOf(
  { request }: Attempt,
  { result }: AutomaticRollback,
  { code }: MoorageError,
): DeployVerdict {
  if (result === "rolled back" && request.purpose !== "rollback") return "rolled back";
  return code === "superseded" ? "superseded" : "failed";
}

function statusOf({ former }: Attempt, { result }: AutomaticRollback): "ready" | "failed" {
  const asBefore = result === "unchanged" && former.status === "ready";
  return result === "rolled back" || asBefore ? "ready" : "failed";
}

function failureError(
  { reporter }: Pick<Context, "reporter">,
  problem: MoorageError,
  done: AutomaticRollback,
  result: object,
  attempt: Attempt,
): MoorageError {
  const failedTwice = done.result === "failed";
  const rollbackFailed = failedTwice || attempt.request.purpose === "rollback";
  const second = done.problem ? `\nThe rollback failed too: ${done.problem.message}` : "";
  return problem.with({
    ...(failedTwice && { code: "rollback-failed" as const }),
    message: `${problem.message}\n${done.action}${safeText(reporter, second)}`,
    hint: rollbackFailed
      ? "Check what runs with `moorage status`, then deploy a version that works."
      : hintOf(problem, done, attempt),
    ...(rollbackFailed && { kind: "rollback-failed" as const }),
    changedNothing: isUntouched(attempt) && (problem.changedNothing || problem.kind === "locked"),
    result: { ...result },
  });
}

function isUntouched({ engine = "unchanged", outcome }: Attempt): boolean {
  return engine === "unchanged" && outcome === undefined;
}

/** The engine says that the same command resumes where it stopped: not true after an automatic rollback. */
function hintOf({ code, hint }: MoorageError, { result }: AutomaticRollback, { outcome }: Attempt): string {
  const isEngines = outcome === undefined && code !== "cancelled";
  return isEngines && result === "rolled back" ? "Fix what the message names, then deploy again." : hint;
}
