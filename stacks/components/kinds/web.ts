import * as pulumi from "@pulumi/pulumi";
import { loadBalancerDimension } from "../../../src/core/project/arn.js";
import { isBalancersRule } from "../../../src/core/project/standing.js";
import { trafficPort } from "../../../src/core/project/target-options.js";
import type { WebService } from "../../../src/core/project/service-schema.js";
import { standingAt } from "../listeners.js";
import {
  type NetworkArgs,
  declareFurtherTargetGroup,
  declareSecurityGroup,
  declareTargetGroup,
} from "../network.js";
import { declareRules } from "../rules.js";
import type { DeclaredKind } from "./declared.js";

/** A target group, a rule that leads to it, and a security group that lets the load balancer in. */
export function declareWeb(given: NetworkArgs<WebService>, parent: pulumi.Resource): DeclaredKind {
  const args = atItsListener(given);
  const { owner, config, surroundings } = args;
  const securityGroup = declareSecurityGroup(args, parent);
  const targetGroup = declareTargetGroup(args, parent);
  const further = Object.fromEntries(
    Object.keys(config.listeners ?? {})
      .sort()
      .map((name) => [name, declareFurtherTargetGroup(args, name, parent)]),
  );
  const rules = declareRules(args, { main: targetGroup, further }, parent);
  const balancer = loadBalancerDimension(surroundings.listener);
  return {
    securityGroup,
    // ECS refuses a target group that no listener uses.
    rules,
    ecs: {
      healthCheckGracePeriodSeconds: config.health.gracePeriod,
      loadBalancers: [targetGroup, ...Object.values(further)].map(({ arn }) => ({
        targetGroupArn: arn,
        containerName: config.target?.container ?? owner.service,
        containerPort: trafficPort(config) ?? config.port,
      })),
    },
    balancerDimensions: { LoadBalancer: balancer, TargetGroup: targetGroup.arnSuffix },
    requestLabel: pulumi.interpolate`${balancer}/${targetGroup.arnSuffix}`,
    outputs: {
      targetGroup: targetGroup.arn,
      ...(config.listeners && { furtherGroups: Object.values(further).map(({ arn }) => arn) }),
      standing: {
        port: targetGroup.port,
        securityGroup: securityGroup.name,
        openPorts: securityGroup.ingress.apply((rules) =>
          rules.filter(({ description }) => isBalancersRule(description)).map(({ fromPort }) => fromPort),
        ),
        taskPort: trafficPort(config) ?? config.port,
      },
    },
  };
}

/** A service that names a listener stands there, and nowhere else of the stack's. */
function atItsListener(args: NetworkArgs<WebService>): NetworkArgs<WebService> {
  const { config, standing } = args;
  if (config.listener === undefined) return args;
  const surroundings = standingAt(args.surroundings, config.listener);
  const { listener } = surroundings;
  return { ...args, surroundings, standing: standing && { ...standing, listener } };
}
