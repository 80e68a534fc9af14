import type { Context } from "../../../context/context.js";
import { asMoorageError } from "../../../core/errors.js";
import type { ImageSet } from "../../../adapters/record/record.js";
import { stackKind } from "../../../core/project/stack-kind.js";
import { isSameBytes } from "../../../adapters/record/choose-rollback.js";
import type { Attempt } from "../attempt.js";
import { rollOutAndVerify } from "../roll-out.js";
import { problemOf } from "../rollout/outcome.js";
import { type GoodConfig, withGoodConfig } from "./good-config.js";
import type { AutomaticRollback } from "./automatic.js";
import { recover } from "../recover.js";
import { chooseRelease } from "../release.js";
import type { DeployRequest } from "../request.js";
import { specOf } from "../spec.js";

/** What is rolled back to: bytes, and the configuration that they ran with; today's where that is not known. */
export interface RollbackTarget extends ImageSet {
  config: GoodConfig | undefined;
  /** `the last good release`. */
  which: string;
}

/** Puts an earlier release back within an attempt that failed. What goes wrong is in the answer, not raised. */
export async function redeployRelease(
  context: Context,
  attempt: Attempt,
  target: RollbackTarget,
): Promise<AutomaticRollback> {
  const { imageTag, which, config } = target;
  attempt.restoring = imageTag;
  context.reporter.notify({ kind: "step", text: `Putting ${imageTag} back, ${which}` });
  if (config?.note !== undefined) context.reporter.notify({ kind: "warning", text: config.note });
  try {
    const former = formerRequest(attempt.request, target);
    await recover(context, attempt.held, specOf(context, former.stack, former.raw, former.settings));
    const release = await chooseRelease(context, former, {});
    const problem = problemOf(await rollOutAndVerify(context, attempt, former, release));
    if (problem) throw problem;
  } catch (error) {
    if (context.signal.aborted) return interrupted(attempt, target);
    const problem = asMoorageError(error);
    return { result: "failed", action: `Rolling back to ${imageTag} failed.`, problem };
  }
  const note = config?.note === undefined ? "" : ` ${config.note}`;
  return { result: "rolled back", action: `Rolled back to ${imageTag}, ${which}.${note}` };
}

/** A rollout that brings the release before back is not stopped: ECS ends it without us. */
function interrupted({ request, held }: Attempt, { imageTag, digests }: RollbackTarget): AutomaticRollback {
  const underWay = isSameBytes(digests, held.record.deployed?.digests);
  const done = underWay
    ? `Interrupted while rolling back to ${imageTag}: ECS continues, but the result is not verified.`
    : `Interrupted before rolling back to ${imageTag}.`;
  const isPreview = stackKind(request.stack) === "preview";
  const next = isPreview ? "" : ` \`moorage rollback ${request.stack} --to ${imageTag}\` completes it.`;
  return { result: "interrupted", action: `${done}${next}` };
}

/** The request that the earlier release was; today's people are told. */
function formerRequest(
  request: DeployRequest,
  { imageTag, imageTags, digests, config }: RollbackTarget,
): DeployRequest {
  const release = { imageTag, digests, ...(imageTags && { imageTags }) };
  const { services: _only, force: _force, ...rest } = request;
  const former = { ...rest, purpose: "restore" as const, release, imageTag: undefined };
  return config === undefined ? former : withGoodConfig(former, config);
}
