import type { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import type { ServiceArgs as EcsServiceArgs } from "@pulumi/aws/ecs/service.js";
import type * as pulumi from "@pulumi/pulumi";
import type { NetworkArgs } from "../network.js";
import { declareNetworked } from "./network.js";
import { declareUnrouted } from "./unrouted.js";
import { declareWeb } from "./web.js";

/** What a service has that its kind declares, and what other declarations need of it. One file for each way in. */
export interface DeclaredKind {
  /** Of its tasks. */
  securityGroup: SecurityGroup;
  /** Its listener rules: they stand before the ECS service, and before less specific ones. */
  rules: pulumi.Resource[];
  /** What the ECS service is told of it. */
  ecs: Pick<EcsServiceArgs, "healthCheckGracePeriodSeconds" | "loadBalancers">;
  /** What its load balancer's metrics are of, in CloudWatch. */
  balancerDimensions: Record<string, pulumi.Input<string>>;
  /** What its requests are counted by. Source: Application Auto Scaling, `ResourceLabel`. */
  requestLabel?: pulumi.Output<string>;
  outputs: KindOutputs;
}

/** A service's outputs that are its kind's: none of one that no load balancer leads to. */
export interface KindOutputs {
  targetGroup?: pulumi.Output<string>;
  /** Of its further listeners. */
  furtherGroups?: pulumi.Output<string>[];
  /** Where a network load balancer listens for it. */
  network?: { host: string; port: number; internal: boolean };
  /** The port that its target group was made with, and its security group with the ports that it lets in: read under the plain CLI. */
  standing?: {
    port: pulumi.Output<number | undefined>;
    securityGroup: pulumi.Output<string>;
    openPorts: pulumi.Output<number[]>;
    taskPort: number | null;
  };
}

export function declareKind(args: NetworkArgs, parent: pulumi.Resource): DeclaredKind {
  const { config } = args;
  switch (config.kind) {
    case "web":
      return declareWeb({ ...args, config }, parent);
    case "network":
      return declareNetworked({ ...args, config }, parent);
    case "internal":
    case "worker":
      return declareUnrouted({ ...args, config }, parent);
  }
}
