import { Cluster } from "@pulumi/aws/ecs/cluster.js";
import { ClusterCapacityProviders } from "@pulumi/aws/ecs/clusterCapacityProviders.js";
import * as pulumi from "@pulumi/pulumi";
import { capacityKind } from "../../../src/core/project/capacity.js";
import type { Basis } from "./basis.js";
import { foundationClusterName } from "./names.js";

/** The ECS cluster's ARN; previews run on Spot, which has to be associated with it. One that exists is left as it is. */
export function declareCluster({ owner, existing, tags, protect }: Basis): pulumi.Output<string> {
  if (existing?.cluster !== undefined) return pulumi.output(existing.cluster);
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
  return cluster.arn;
}
