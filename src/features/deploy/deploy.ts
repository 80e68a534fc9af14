import { checkBuilds } from "./check-build.js";
import { checkHosts } from "./check-hosts.js";
import type { Context } from "../../context/context.js";
import { pullRequestOf } from "../../core/project/preview-names.js";
import type { StackRecord } from "../../adapters/record/record.js";
import { asMoorageError, type MoorageError } from "../../core/errors.js";
import { safeError, safeText } from "../../core/redaction.js";
import { withAnnouncements } from "./announce.js";
import type { Attempt } from "./attempt.js";
import { rollOutAndVerify } from "./roll-out.js";
import { unlockAfterFailure, recordGood } from "./close-record.js";
import { failDeployment } from "./fail.js";
import { assignListener } from "./foundation.js";
import { lockStack } from "./lock-stack.js";
import { findNewerDeployed } from "./skip-superseded.js";
import { problemOf } from "./rollout/outcome.js";
import { makePlan } from "./plan/plan.js";
import { checkSpoken } from "./plan/spoken.js";
import { pruneRevisions } from "./prune.js";
import { checkCredentials, checkSecretsProvider } from "./preconditions.js";
import { checkProven } from "./proven.js";
import { recover } from "./recover.js";
import { type ChosenRelease, chooseRelease } from "./release.js";
import type { DeployRequest, DeployResult } from "./request.js";
import { resultOf, supersededResult } from "./result.js";
import { specOf } from "./spec.js";
import { strategyOf } from "./strategy/strategy-of.js";
import { watchCancellation } from "./watch-cancellation.js";

/**
 * The core path for one stack: lock, recover, resolve, plan, `up`, rollout, smoke test, record. Nothing is changed before
 * the images are resolved. What fails after that leaves the record saying so, rolled back to the last good release where there
 * is one, and the error carrying the whole result (exit 1; 6 where the rollback failed too).
 */
export function deploy(context: Context, request: DeployRequest): Promise<DeployResult> {
  const { despite } = request;
  const safe = { ...request, ...(despite !== undefined && { despite: safeText(context.reporter, despite) }) };
  return withAnnouncements(context, safe, () => deployStack(context, safe));
}

async function deployStack(context: Context, request: DeployRequest): Promise<DeployResult> {
  const startedAt = new Date();
  const held = await lockStack(context, request, "up");
  // Until one deployment has come to a good end, a stack is in the making, however many runs were cut short.
  const isNew = !held.record.history.some(({ good }) => good);
  const former = { deployed: held.record.deployed, status: held.record.status };
  const strategy = strategyOf(request.config);
  const attempt: Attempt = { request, held, startedAt, strategy, isNew, former };
  const cancellation = watchCancellation(context, request.stack);
  try {
    return await carryOut({ ...context, signal: cancellation.signal }, attempt);
  } catch (error) {
    const problem = cancellation.reason() ?? error;
    throw await conclude(context, attempt, safeError(context.reporter, asMoorageError(problem)));
  } finally {
    cancellation.close();
  }
}

async function carryOut(context: Context, attempt: Attempt): Promise<DeployResult> {
  const { held } = attempt;
  const decided = { ...attempt.request, ...(await attempt.request.resolveUnderLock?.(held.record)) };
  await checkCredentials(context, decided);
  const request = await assignListener(context, held, decided);
  attempt.request = request;
  await checkHosts(context, request, held.record);
  attempt.strategy = strategyOf(request.config);
  const spec = specOf(context, request.stack, request.raw, request.settings);
  await recover(context, held, spec);
  await checkSecretsProvider(context, held, spec);
  const release = await chooseRelease(context, request, held.record);
  attempt.release = release;
  const newer = await findNewerDeployed(context, request, release, held.record);
  if (newer !== undefined) {
    await held.unlock();
    return supersededResult(attempt, held.record);
  }
  await checkBuilt(context, request, release, held.record);
  await checkProven(context, request, release, held.record);
  request.listener?.begins(release);
  await checkSpoken(context, request, held.record);
  if (request.plan) await makePlan(context, request, held.record, release);
  attempt.planned = request.plan === true;
  const outcome = await rollOutAndVerify(context, attempt, request, release);
  attempt.outcome = outcome;
  const problem = problemOf(outcome);
  if (problem) throw problem;
  await pruneRevisions(context, attempt, outcome);
  await recordGood(context, attempt);
  return { ...resultOf(attempt, "succeeded"), url: outcome.outputs.url };
}

/** What ran well here before, what a preview runs, and what a person gives a reason for needs no recorded build. */
async function checkBuilt(
  { builds }: Context,
  { stack, despite }: DeployRequest,
  { imageTag, imageTags = {}, digests, images }: ChosenRelease,
  { history, deployed }: StackRecord,
): Promise<void> {
  if (pullRequestOf(stack) !== undefined || despite !== undefined) return;
  const known = [deployed, ...history.filter(({ good }) => good)];
  const fresh = Object.entries(digests).filter(
    ([service, digest]) => !known.some((one) => one?.digests[service] === digest),
  );
  await checkBuilds(
    builds,
    fresh.map(([service, digest]) => ({
      service,
      tag: imageTags[service] ?? imageTag,
      digest,
      commit: images.find((image) => image.service === service)?.commit,
    })),
  );
}

/** Ends an attempt that failed, in the one way that its failure calls for. */
async function conclude(context: Context, attempt: Attempt, problem: MoorageError): Promise<MoorageError> {
  const { held } = attempt;
  if (held.record.running === undefined) {
    await unlockAfterFailure(context, attempt, { result: "failed" });
    return problem;
  }
  if (!context.signal.aborted) return failDeployment(context, attempt, problem);
  await attempt.strategy.stop(context, attempt);
  await unlockAfterFailure(context, attempt, { result: "failed", reason: "It was interrupted." });
  const { stack } = attempt.request;
  const text = `The lock of ${stack} is released; the same command resumes where it stopped`;
  context.reporter.notify({ kind: "step", text });
  return problem;
}
