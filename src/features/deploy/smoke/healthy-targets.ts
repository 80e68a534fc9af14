import { targetHealth, type TargetFact } from "../../../adapters/aws/balancer.js";
import type { AwsClients } from "../../../adapters/aws/clients.js";
import { rolloutFacts } from "../../../adapters/aws/rollout.js";
import { classify } from "../../../adapters/aws/errors.js";
import type { Config } from "../../../core/project/schema.js";
import type { TaskFact } from "../../../adapters/aws/rollout-facts.js";
import type { WantedImage } from "../images.js";

/** A service as the smoke test looks at it. */
export interface Probed {
  name: string;
  serviceName: string;
  targetGroup: string;
}

/**
 * The first service without a healthy target that carries its wanted digest, as the rest of a sentence; undefined where
 * every service has one (F33). A service that is configured to run no task needs none.
 */
export async function missingCarriers(
  aws: AwsClients,
  { clusterArn, services }: { clusterArn: string; services: readonly Probed[] },
  { config, images }: { config: Config; images: readonly WantedImage[] },
): Promise<string | undefined> {
  const probed = services.filter(({ name }) => config.services[name]?.desiredCount !== 0);
  const missing = probed.map((service) => {
    const digests = images.find((image) => image.service === service.name)?.digests ?? [];
    return missingCarrier(aws, clusterArn, service, digests);
  });
  return (await Promise.all(missing)).find((problem) => problem !== undefined);
}

async function missingCarrier(
  aws: AwsClients,
  cluster: string,
  { name, serviceName, targetGroup }: Probed,
  digests: readonly string[],
): Promise<string | undefined> {
  const targets = await targetHealth(aws, targetGroup);
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
