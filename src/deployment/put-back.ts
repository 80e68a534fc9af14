import { parseConfig } from "../config/parse.js";
import { tuneForPreview } from "../config/preview.js";
import type { Context } from "../context.js";
import { asMoorageError, type MoorageError } from "../errors.js";
import { lastGood } from "../record/history.js";
import type { Deployment } from "../record/record.js";
import { stackKind } from "../release/environments.js";
import type { Attempt } from "./attempt.js";
import { bringAbout } from "./bring-about.js";
import { failedRollouts, problemOf } from "./outcome.js";
import { chooseRelease } from "./release.js";
import type { DeployRequest } from "./request.js";

/** What was done about a failed deployment. */
export interface PutBack {
  result: "rolled back" | "nothing" | "failed";
  /** In a sentence. */
  action: string;
  problem?: MoorageError;
}

/**
 * After a failed rollout or smoke test: puts the last good release back, digests and configuration, so that Pulumi's
 * state and ECS agree again, and verifies it like any deployment. Tried once (F25).
 */
export async function putBack(context: Context, attempt: Attempt): Promise<PutBack> {
  const { request, held } = attempt;
  const good = lastGood(held.record.history);
  const reason = whyNot(attempt, good);
  if (reason !== undefined || good === undefined) {
    return { result: "nothing", action: reason ?? "Nothing was put back." };
  }
  context.host.notify({ kind: "step", text: `Putting ${good.imageTag} back, which ran well` });
  const former = formerRequest(request, held.record.goodConfig, good);
  try {
    const release = await chooseRelease(context, former, {});
    const problem = problemOf(await bringAbout(context, attempt, former, release));
    if (problem) throw problem;
  } catch (error) {
    const problem = asMoorageError(error);
    return { result: "failed", action: `Putting ${good.imageTag} back failed.`, problem };
  }
  return { result: "rolled back", action: `${good.imageTag}, which ran well before, was put back.` };
}

function whyNot({ request, outcome }: Attempt, good: Deployment | undefined): string | undefined {
  if (!request.config.deployment.rollbackOnFailure) {
    return "Nothing was put back: the configuration says so (deployment.rollbackOnFailure).";
  }
  if (good === undefined) return "Nothing was put back: no earlier deployment ran well.";
  const failed = outcome ? failedRollouts(outcome).map(({ verdict }) => verdict) : [];
  if (failed.some(({ outcome: end }) => end === "superseded")) {
    return "Nothing was put back: another deployment has taken over.";
  }
  if (failed.some((verdict) => verdict.outcome === "failed" && verdict.kind === "scaled-to-zero")) {
    return "Nothing was put back: somebody has scaled the service to 0.";
  }
  return undefined;
}

/** The request that the last good deployment was, with the configuration that it ran well with; today's people are told. */
function formerRequest(
  request: DeployRequest,
  goodConfig: Record<string, unknown> | undefined,
  { imageTag, imageTags, digests }: Deployment,
): DeployRequest {
  const { "moorage:notify": notify } = request.raw;
  const raw = goodConfig
    ? { ...goodConfig, ...(notify !== undefined && { "moorage:notify": notify }) }
    : request.raw;
  const parsed = goodConfig
    ? parseConfig(goodConfig, `The last good deployment of ${request.stack}`)
    : undefined;
  const tuned = parsed && stackKind(request.stack) === "preview" ? tuneForPreview(parsed) : parsed;
  const release = { imageTag, digests, ...(imageTags && { imageTags }) };
  const { only: _only, force: _force, ...rest } = request;
  return { ...rest, config: tuned ?? request.config, raw, release, imageTag: undefined };
}
