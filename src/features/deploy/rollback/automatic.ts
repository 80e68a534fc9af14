import { isDeepStrictEqual } from "node:util";
import type { Context } from "../../../context/context.js";
import type { MoorageError } from "../../../core/errors.js";
import { type Failure, lastThatRanWell, whyNotPutBack } from "./judge.js";
import { isSameBytes } from "../../../adapters/record/choose-rollback.js";
import type { Attempt } from "../attempt.js";
import { goodConfigOf, withoutAddresses } from "./good-config.js";
import { failedRollouts } from "../rollout/outcome.js";
import { redeployRelease, type RollbackTarget } from "./redeploy.js";
import { bytesOf } from "../update.js";

/** What was done about a failed deployment. */
export interface AutomaticRollback {
  /** `unchanged`: there was nothing to roll back to. `interrupted`: ECS may continue with it. */
  result: "rolled back" | "unchanged" | "nothing" | "failed" | "interrupted";
  /** In a sentence. */
  action: string;
  problem?: MoorageError;
}

/**
 * After a failure that changed something: puts the release before back, digests and configuration, so that Pulumi's state
 * and ECS agree again, and verifies it like any deployment. Tried once (F25): after a rollback that failed, it is what the
 * rollback went away from, which ECS itself has gone back to.
 */
export async function rollBackAutomatically(
  context: Context,
  attempt: Attempt,
  code: Failure["code"],
): Promise<AutomaticRollback> {
  const failure = failureOf(attempt, code);
  const why = whyNotPutBack(failure);
  const untouched = failure.engine === "unchanged" && !failure.judged;
  if (why !== undefined) return { result: untouched ? "unchanged" : "nothing", action: why };
  const target = targetOf(attempt);
  if (target === undefined) {
    return { result: "nothing", action: "Not rolled back: there is no earlier good deployment." };
  }
  if (isWhatFailed(attempt, target)) {
    const action = `Not rolled back: ${target.imageTag} with the same configuration is the last good release itself.`;
    return { result: "nothing", action };
  }
  return redeployRelease(context, attempt, target);
}

function failureOf({ request, outcome, engine = "unchanged" }: Attempt, code: Failure["code"]): Failure {
  const failed = outcome ? failedRollouts(outcome).map(({ verdict }) => verdict) : [];
  return {
    code,
    engine,
    judged: outcome !== undefined,
    rollbackOnFailure: request.config.deployment.rollbackOnFailure,
    superseded: failed.some((verdict) => verdict.outcome === "superseded"),
    scaledToZero: failed.some((verdict) => verdict.outcome === "failed" && verdict.kind === "scaled-to-zero"),
  };
}

/** The record keeps one configuration, of the newest good deployment. */
function targetOf({ request, former: { deployed }, held }: Attempt): RollbackTarget | undefined {
  const { history } = held.record;
  const goodConfig = goodConfigOf(held.record, request);
  if (request.purpose !== "rollback") {
    const good = lastThatRanWell(history, deployed?.digests);
    return good && { ...bytesOf(good), config: goodConfig, which: "the last good release" };
  }
  const newestGood = history.findLast(({ good }) => good);
  const ranWell = isSameBytes(newestGood?.digests ?? {}, deployed?.digests);
  const config = ranWell ? goodConfig : undefined;
  return deployed && { ...bytesOf(deployed), config, which: "which ran before the rollback" };
}

function isWhatFailed({ request, release }: Attempt, { digests, config }: RollbackTarget): boolean {
  if (config === undefined || !isSameBytes(digests, release?.digests)) return false;
  return isDeepStrictEqual(config.raw, withoutAddresses(request.raw));
}
