import type * as pulumi from "@pulumi/pulumi";
import type { WorkerService } from "../../../src/core/project/service-schema.js";
import { type NetworkArgs, declareSecurityGroup } from "../network.js";
import type { DeclaredKind } from "./declared.js";

/** A security group that lets nobody in. */
export function declareWorker(args: NetworkArgs<WorkerService>, parent: pulumi.Resource): DeclaredKind {
  return {
    securityGroup: declareSecurityGroup(args, parent),
    rules: [],
    ecs: {},
    balancerDimensions: {},
    outputs: {},
  };
}
