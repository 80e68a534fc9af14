import type { Context } from "../../context/context.js";
import { awaitAnswers } from "./smoke/await-checks.js";
import type { Attempt } from "./attempt.js";
import { failedRollouts, type Outcome } from "./rollout/outcome.js";
import type { ChosenRelease } from "./release.js";
import type { DeployRequest } from "./request.js";
import { update } from "./update.js";

/**
 * Puts a release in place and looks at what comes of it: `up`, rollout, smoke test, and a last look for what crashed since.
 * What fails is in the outcome.
 */
export async function rollOutAndVerify(
  context: Context,
  attempt: Attempt,
  request: DeployRequest,
  release: ChosenRelease,
): Promise<Outcome> {
  const { outputs, changes, ...started } = await update(context, attempt, request, release);
  const { config, force = false } = request;
  const rollouts = await attempt.strategy.watch(context, config, outputs, { ...started, force });
  const outcome: Outcome = { outputs, changes, rollouts, smoke: [] };
  if (failedRollouts(outcome).length > 0) return outcome;
  const { imageTag, images } = release;
  const tested = { config, imageTag, images, stack: request.stack };
  const smoke = await awaitAnswers(context, tested, outputs);
  return {
    ...outcome,
    ...(await attempt.strategy.confirmStable(context, tested, outputs, { rollouts, smoke })),
  };
}
