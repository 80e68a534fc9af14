import { readTargetHealth, type TargetFact } from "../../../adapters/aws/balancer.js";
import type { AwsClients } from "../../../adapters/aws/clients.js";
import type { TaskFact } from "../../../adapters/aws/rollout-facts.js";
import { carriersOf, tasksNow } from "./carriers.js";
import type { ObservedKind, ProbedService } from "./observed.js";

/** Behind the load balancer: its target group tells. */
export const web: ObservedKind = {
  whyNotServing,
  async failingChecks(aws, { targetGroup, furtherGroups = [] }) {
    const groups = await Promise.all([targetGroup, ...furtherGroups].map((one) => targetsOf(aws, one)));
    const targets = groups.flat();
    return targets
      .filter(({ state }) => state === "unhealthy")
      .map(({ id, port, reason }) => `${id}:${port}: ${reason ?? "unhealthy"}`);
  },
  async countHealthy(aws, { targetGroup }) {
    if (targetGroup === undefined) return undefined;
    return (await targetsOf(aws, targetGroup)).filter(({ state }) => state === "healthy").length;
  },
  hasMoved: (before, now) => before?.targetGroup !== undefined && before.targetGroup !== now.targetGroup,
};

/** A worker that became a web service has none before its deployment. */
async function targetsOf(aws: AwsClients, targetGroup: string | undefined): Promise<TargetFact[]> {
  return targetGroup === undefined ? [] : readTargetHealth(aws, targetGroup);
}

async function whyNotServing(
  aws: AwsClients,
  cluster: string,
  { name, serviceName, targetGroup, furtherGroups = [] }: ProbedService,
  digests: readonly string[],
): Promise<string | undefined> {
  const targets = await targetsOf(aws, targetGroup);
  const healthy = targets.filter(({ state }) => state === "healthy");
  if (healthy.length === 0) {
    const states = targets.map(({ state, reason }) => (reason ? `${state}: ${reason}` : state)).join("; ");
    return `${name} has no healthy target (${states || "none is registered"})`;
  }
  for (const further of furtherGroups) {
    const others = await targetsOf(aws, further);
    if (!others.some(({ state }) => state === "healthy"))
      return `${name} has no healthy target at a further listener (${further.split("/")[1] ?? further})`;
  }
  if (digests.length === 0) return undefined;
  const carriers = carriersOf(await tasksNow(aws, cluster, serviceName), digests);
  if (healthy.some((target) => carriers.some((task) => isTarget(task, target)))) return undefined;
  return `no healthy target of ${name} carries ${digests[0] ?? ""}`;
}

/** In an `awsvpc` network a task's address is its own; elsewhere the port tells it from its neighbours. */
function isTarget({ address, lastStatus }: TaskFact, { id, port }: TargetFact): boolean {
  if (address === undefined || lastStatus === "STOPPED") return false;
  return address.ip === id && (address.port === undefined || address.port === port);
}
