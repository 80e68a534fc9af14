import type * as pulumi from "@pulumi/pulumi";
import { declareBalancer, declareGroup, declareListener } from "./balancers.js";
import type { Basis } from "./basis.js";
import { furtherBalancerName, furtherGroupName } from "./names.js";
import type { Network } from "./network.js";

/** Further load balancers of the environments, by the names that services know them by: ARNs of their listeners. */
export function declareFurtherBalancers(
  basis: Basis,
  network: Network,
  certificate: pulumi.Input<string> | undefined,
): Record<string, pulumi.Output<string>> {
  const { config, ground, identity } = basis;
  const all = Object.entries(config.listeners).map(([name, { internal, allow, mutualTls }]) => {
    const group = declareGroup(basis, network, {
      logical: `${name}-load-balancer`,
      name: furtherGroupName(ground, name),
      description: `Load balancer ${name} of ${identity.stack}`,
      allow,
    });
    const loadBalancer = declareBalancer(basis, network, group, {
      logical: `load-balancer-${name}`,
      name: furtherBalancerName(ground, name),
      internal,
    });
    const { arn } = declareListener(basis, loadBalancer, certificate, {
      logical: `listener-${name}`,
      mutualTls,
    });
    return [name, arn] as const;
  });
  return Object.fromEntries(all);
}
