import type { ServiceArgs as EcsServiceArgs } from "@pulumi/aws/ecs/service.js";
import type { ServiceConfig } from "../../src/core/project/service-schema.js";
import { discoveryRule } from "../../src/core/project/standing.js";

/**
 * Where ECS registers a service's tasks, so that a DNS name leads to them. ECS changes it in place, by a deployment. Source:
 * UpdateService, `serviceRegistries`; ServiceRegistry: in awsvpc an A record has no port, an SRV record wants one.
 */
export function discoveryRegistry({
  discovery,
  port,
}: ServiceConfig): Pick<EcsServiceArgs, "serviceRegistries"> {
  if (discovery === undefined) return {};
  const { registry: registryArn, record } = discovery;
  return { serviceRegistries: { registryArn, ...(record === "SRV" && { port }) } };
}

/** Who may connect to what the name leads to: the tasks themselves. */
export function discoveryIngress({ discovery, port }: ServiceConfig) {
  if (discovery === undefined || port === undefined || discovery.ingress.length === 0) return [];
  return [
    {
      description: discoveryRule,
      protocol: "tcp",
      fromPort: port,
      toPort: port,
      cidrBlocks: [...new Set(discovery.ingress)].sort(),
    },
  ];
}
