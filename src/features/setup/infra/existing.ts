import { clusterNow } from "../../../adapters/aws/cluster.js";
import type { AwsClients } from "../../../adapters/aws/clients.js";
import { listenerNow, subnetNow } from "../../../adapters/aws/existing-parts.js";
import { balancerRoom } from "../../../adapters/aws/quotas.js";
import { badRequest } from "../../../core/errors.js";
import { capacityKind } from "../../../core/project/capacity.js";
import { balancerOfListener, type ExistingFoundation } from "../../../core/project/existing-foundation.js";

/**
 * Looks on the target at what a foundation says exists, before anything is made beside it. Raises a bad request, `existing-invalid`,
 * with everything that is not as it says.
 */
export async function checkExisting(
  aws: AwsClients,
  { stack, existing }: { stack: string; existing?: ExistingFoundation | undefined },
): Promise<void> {
  if (existing === undefined) return;
  const { cluster, listener, previewListener, subnets = [], balancerSubnets = [] } = existing;
  const facts =
    listener === undefined ? undefined : await listenerNow(aws, listener, balancerOfListener(listener));
  const vpc = existing.vpc ?? facts?.vpc;
  const problems = await Promise.all([
    cluster === undefined ? [] : clusterProblems(aws, cluster),
    listener === undefined ? [] : listenerProblems(aws, "listener", listener, vpc),
    previewListener === undefined ? [] : listenerProblems(aws, "previewListener", previewListener, vpc),
    subnetProblems(aws, "subnets", subnets, vpc),
    subnetProblems(aws, "balancerSubnets", balancerSubnets, vpc),
  ]);
  const all = problems.flat();
  if (all.length === 0) return;
  throw badRequest(
    "existing-invalid",
    `What ${stack} says exists is not as it says:\n${all.map((problem) => `  - ${problem}`).join("\n")}`,
    "Correct moorage:foundation.existing there. Nothing was made or changed.",
  );
}

async function clusterProblems(aws: AwsClients, cluster: string): Promise<string[]> {
  const found = await clusterNow(aws, cluster);
  if (found?.status !== "ACTIVE") return [`cluster: ${cluster} is ${found?.status ?? "not there"}`];
  const missing = capacityKind.providers.filter((name) => !found.capacityProviders.includes(name));
  if (missing.length === 0) return [];
  return [
    `cluster: ${missing.join(" and ")} ${missing.length === 1 ? "is" : "are"} not associated with it: run \`aws ecs put-cluster-capacity-providers\``,
  ];
}

async function listenerProblems(
  aws: AwsClients,
  name: string,
  listener: string,
  vpc: string | undefined,
): Promise<string[]> {
  const found = await listenerNow(aws, listener, balancerOfListener(listener));
  if (found === undefined) return [`${name}: ${listener} is not there`];
  if (!["HTTP", "HTTPS"].includes(found.protocol))
    return [`${name}: it speaks ${found.protocol}, not HTTP or HTTPS`];
  if (found.vpc !== vpc) return [`${name}: its load balancer is in ${found.vpc}, not in ${vpc ?? "any VPC"}`];
  const { rules, targetGroups } = await balancerRoom(aws, listener);
  const full = Object.entries({ rules, "target groups": targetGroups }).filter(
    ([, { used, most }]) => most !== undefined && used >= most,
  );
  return full.map(
    ([what, { used, most }]) =>
      `${name}: its load balancer has ${used} ${what} of ${most ?? used}: none is free`,
  );
}

async function subnetProblems(
  aws: AwsClients,
  name: string,
  subnets: readonly string[],
  vpc: string | undefined,
): Promise<string[]> {
  const found = await Promise.all(subnets.map(async (id) => ({ id, fact: await subnetNow(aws, id) })));
  const wrong = found.flatMap(({ id, fact }) => {
    if (fact === undefined) return [`${name}: ${id} is not there`];
    return vpc === undefined || fact.vpc === vpc ? [] : [`${name}: ${id} is in ${fact.vpc}, not in ${vpc}`];
  });
  const zones = new Set(found.map(({ fact }) => fact?.zone));
  if (wrong.length > 0 || name !== "balancerSubnets" || subnets.length === 0 || zones.size > 1) return wrong;
  return [`${name}: all are in ${[...zones].join()}; a load balancer needs two zones`];
}
