import type { AwsClients } from "../../../adapters/aws/clients.js";
import type { Config } from "../../../core/project/schema.js";
import type { WantedImage } from "../images.js";
import { observedKind, type ProbedService } from "../kinds/observed.js";

/**
 * The first service that does not serve its wanted digest, as the rest of a sentence; undefined where every service does (F33).
 * A service that is configured to run no task need not.
 */
export async function servicesWithoutTarget(
  aws: AwsClients,
  { clusterArn, services }: { clusterArn: string; services: readonly ProbedService[] },
  { config, images }: { config: Config; images: readonly WantedImage[] },
): Promise<string | undefined> {
  const probed = services.filter(({ name }) => config.services[name]?.desiredCount !== 0);
  const missing = probed.map((service) => {
    const digests = images.find((image) => image.service === service.name)?.digests ?? [];
    return observedKind(config, service.name).whyNotServing(aws, clusterArn, service, digests);
  });
  return (await Promise.all(missing)).find((problem) => problem !== undefined);
}
