import type * as pulumi from "@pulumi/pulumi";
import type {
  InternalService,
  NetworkService,
  WorkerService,
} from "../../../src/core/project/service-schema.js";
import { type NetworkArgs, declareSecurityGroup } from "../network.js";
import type { DeclaredKind } from "./declared.js";

/** A security group: of a worker, and of a service that no load balancer leads to in previews, it lets nobody in, of an internal service those that may call it. */
export function declareUnrouted(
  args: NetworkArgs<InternalService | NetworkService | WorkerService>,
  parent: pulumi.Resource,
): DeclaredKind {
  return {
    securityGroup: declareSecurityGroup(args, parent),
    rules: [],
    ecs: {},
    balancerDimensions: {},
    outputs: {},
  };
}
