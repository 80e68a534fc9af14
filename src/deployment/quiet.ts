import { setTimeout as delay } from "node:timers/promises";
import { rolloutFacts } from "../aws/rollout.js";
import type { Context } from "../context.js";
import { judgeSince } from "../release/crash.js";
import type { ServiceOutput, StackOutputs } from "./outputs.js";
import type { ServiceRollout } from "./rollout.js";

/**
 * Looks once more at rollouts that have succeeded, a moment after the smoke test: ECS calls a deployment completed at its
 * first healthy moment, and an app that the first requests bring down is no success (F22). Rollouts that started nothing
 * cost nothing. A task that is gone without a word is waited for, within the policy's `settle`.
 */
export async function awaitQuiet(
  context: Context,
  outputs: StackOutputs,
  rollouts: ServiceRollout[],
): Promise<ServiceRollout[]> {
  if (rollouts.every(({ verdict }) => verdict.outcome !== "succeeded")) return rollouts;
  const { quiet, settle } = context.target.wait;
  const deadline = Date.now() + quiet + settle;
  await delay(quiet, undefined, { signal: context.signal });
  return Promise.all(
    rollouts.map((rollout) => {
      const service = outputs.services.find(({ name }) => name === rollout.name);
      return service ? lookAgain(context, outputs.clusterArn, service, rollout, deadline) : rollout;
    }),
  );
}

async function lookAgain(
  context: Context,
  cluster: string,
  { serviceName, taskDefinition }: ServiceOutput,
  rollout: ServiceRollout,
  deadline: number,
): Promise<ServiceRollout> {
  const { verdict, facts: then } = rollout;
  if (verdict.outcome !== "succeeded") return rollout;
  for (;;) {
    // A lost look says nothing about the app (F5).
    const facts = await rolloutFacts(context.aws, cluster, serviceName).catch(() => undefined);
    const { deploymentId } = verdict;
    const since = facts ? judgeSince({ taskDefinition, deploymentId, then }, facts) : "missing";
    if (typeof since === "object" && facts) return { ...rollout, verdict: since, facts };
    if (since === "quiet" || Date.now() >= deadline) return rollout;
    await delay(context.target.wait.first, undefined, { signal: context.signal });
  }
}
