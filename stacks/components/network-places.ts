import { getLoadBalancer } from "@pulumi/aws/lb/getLoadBalancer.js";
import * as pulumi from "@pulumi/pulumi";
import type { Config, Foundation } from "../../src/core/project/schema.js";

/** A network load balancer that services listen at. */
export interface NetworkPlace {
  /** ARN. */
  loadBalancer: string;
  groups: string[];
  /** Its name in DNS. */
  host: string;
  /** Whether it answers in its VPC alone. */
  internal: boolean;
}

/** The network load balancers that services name. What stands in for a foundation has one, which plays them all. */
export async function networkPlaces(
  { services }: Pick<Config, "services">,
  { networkLoadBalancers: known }: Pick<Foundation, "networkLoadBalancers">,
  isStandIn: boolean,
): Promise<Record<string, NetworkPlace>> {
  const names = Object.values(services).flatMap((service) =>
    service.kind === "network" && service.network !== undefined ? [service.network.loadBalancer] : [],
  );
  const found = [...new Set(names)].map(async (name): Promise<[string, NetworkPlace]> => {
    const arn = known[name] ?? (isStandIn ? Object.values(known)[0] : undefined);
    if (arn === undefined)
      throw new pulumi.RunError(
        `The foundation has no network load balancer ${name}, it has ${Object.keys(known).sort().join(", ") || "none"}: add it to moorage:networkLoadBalancers of the foundation and run \`moorage infra up\`.`,
      );
    const { securityGroups, dnsName, internal } = await getLoadBalancer({ arn });
    return [name, { loadBalancer: arn, groups: [...securityGroups].sort(), host: dnsName, internal }];
  });
  return Object.fromEntries(await Promise.all(found));
}
