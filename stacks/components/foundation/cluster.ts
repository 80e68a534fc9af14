import { Cluster } from "@pulumi/aws/ecs/cluster.js";
import { ClusterCapacityProviders } from "@pulumi/aws/ecs/clusterCapacityProviders.js";
import { capacityKind } from "../../../src/core/project/capacity.js";
import type { Basis } from "./basis.js";
import { foundationClusterName } from "./names.js";

/** The ECS cluster; previews run on Spot, which must be associated with it. */
export function declareCluster({ owner, tags, protect }: Basis): Cluster {
  const name = foundationClusterName(owner);
  const cluster = new Cluster(
    "cluster",
    { name, settings: [{ name: "containerInsights", value: protect ? "enabled" : "disabled" }], tags },
    { protect },
  );
  new ClusterCapacityProviders("cluster", {
    clusterName: cluster.name,
    capacityProviders: [...capacityKind.providers],
    defaultCapacityProviderStrategies: [{ capacityProvider: capacityKind.onDemand, weight: 1 }],
  });
  return cluster;
}
