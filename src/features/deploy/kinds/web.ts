import { readTargetHealth, type TargetFact } from "../../../adapters/aws/balancer.js";
import type { AwsClients } from "../../../adapters/aws/clients.js";
import { classify } from "../../../adapters/aws/errors.js";
import { rolloutFacts } from "../../../adapters/aws/rollout.js";
import type { TaskFact } from "../../../adapters/aws/rollout-facts.js";
import type { ObservedKind, ProbedService } from "./observed.js";

/** Behind the load balancer: its target group tells. */
export const web: ObservedKind = {
  whyNotServing,
  async failingChecks(aws, { targetGroup }) {
    const targets = await readTargetHealth(aws, targetGroup);
    return targets
      .filter(({ state }) => state === "unhealthy")
      .map(({ id, port, reason }) => `${id}:${port}: ${reason ?? "unhealthy"}`);
  },
  async countHealthy(aws, { targetGroup }) {
    return (await readTargetHealth(aws, targetGroup)).filter(({ state }) => state === "healthy").length;
  },
  hasMoved: (before, now) => before !== undefined && before.targetGroup !== now.targetGroup,
};

async function whyNotServing(
  aws: AwsClients,
  cluster: string,
  { name, serviceName, targetGroup }: ProbedService,
  digests: readonly string[],
): Promise<string | undefined> {
  const targets = await readTargetHealth(aws, targetGroup);
  const healthy = targets.filter(({ state }) => state === "healthy");
  if (healthy.length === 0) {
    const states = targets.map(({ state, reason }) => (reason ? `${state}: ${reason}` : state)).join("; ");
    return `is answered while ${name} has no healthy target (${states || "none is registered"})`;
  }
  if (digests.length === 0) return undefined;
  const { tasks } = await rolloutFacts(aws, cluster, serviceName).catch((error: unknown) => {
    throw classify(error, `read the tasks of ${serviceName}`);
  });
  const carriers = tasks.filter(({ digest }) => digest !== undefined && digests.includes(digest));
  if (healthy.some((target) => carriers.some((task) => isTarget(task, target)))) return undefined;
  return `is answered while no healthy target of ${name} carries ${digests[0] ?? ""}`;
}

/** In an `awsvpc` network a task's address is its own; elsewhere the port tells it from its neighbours. */
function isTarget({ address, lastStatus }: TaskFact, { id, port }: TargetFact): boolean {
  if (address === undefined || lastStatus === "STOPPED") return false;
  return address.ip === id && (address.port === undefined || address.port === port);
}
