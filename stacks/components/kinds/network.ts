import { Listener } from "@pulumi/aws/lb/listener.js";
import { TargetGroup } from "@pulumi/aws/lb/targetGroup.js";
import * as pulumi from "@pulumi/pulumi";
import { targetGroupName } from "../../../src/core/project/aws-names.js";
import { capacityOf } from "../../../src/core/project/capacity.js";
import { type NetworkSettings, networkPort } from "../../../src/core/project/network-schema.js";
import type { NetworkService } from "../../../src/core/project/service-schema.js";
import { callersRule } from "../../../src/core/project/standing.js";
import { type NetworkArgs, declareSecurityGroup } from "../network.js";
import type { NetworkPlace } from "../network-places.js";
import type { DeclaredKind } from "./declared.js";
import { declareUnrouted } from "./unrouted.js";

/** A target group, a listener of its own that leads to it, and a security group that lets the load balancer in. */
export function declareNetworked(args: NetworkArgs<NetworkService>, parent: pulumi.Resource): DeclaredKind {
  const { owner, config, surroundings, tags } = args;
  const { network } = config;
  if (network === undefined) return declareUnrouted(args, parent);
  const place = surroundings.networks[network.loadBalancer];
  if (place === undefined) throw new Error(`${network.loadBalancer} was not looked up`);
  checkReach(owner.service, network, place);
  const securityGroup = declareSecurityGroup(args, parent);
  const targetGroup = declareGroup({ ...args, network, place }, parent);
  const port = networkPort({ port: config.port, network });
  const listener = new Listener(
    `${owner.service}-network`,
    {
      loadBalancerArn: place.loadBalancer,
      port,
      protocol: "TCP",
      defaultActions: [{ type: "forward", targetGroupArn: targetGroup.arn }],
      tags,
    },
    { parent },
  );
  return {
    securityGroup,
    // ECS refuses a target group that no listener uses.
    rules: [listener],
    ecs: {
      healthCheckGracePeriodSeconds: network.health.gracePeriod,
      loadBalancers: [
        { targetGroupArn: targetGroup.arn, containerName: owner.service, containerPort: config.port },
      ],
    },
    balancerDimensions: {},
    outputs: {
      targetGroup: targetGroup.arn,
      network: { host: place.host, port, internal: place.internal },
      standing: {
        port: targetGroup.port,
        securityGroup: securityGroup.name,
        openPorts: securityGroup.ingress.apply((rules) =>
          rules.filter(({ description }) => description !== callersRule).map(({ fromPort }) => fromPort),
        ),
        taskPort: config.port,
      },
    },
  };
}

/** A load balancer without security groups reaches tasks by its own addresses, which no rule can name. */
function checkReach(
  service: string,
  { allow, loadBalancer }: NetworkSettings,
  { groups }: NetworkPlace,
): void {
  if (groups.length > 0 || allow !== undefined) return;
  throw new pulumi.RunError(
    `The network load balancer ${loadBalancer} of ${service} has no security groups, so nothing says who reaches the tasks: ` +
      "set `network.allow` to the CIDR blocks of its subnets (with `preserveClientIp`, of the clients).",
  );
}

/** Its port is always the same, because ECS registers each task with the port of its own. */
function declareGroup(
  {
    owner,
    config,
    surroundings,
    tags,
    network,
    place,
  }: NetworkArgs<NetworkService> & { network: NetworkSettings; place: NetworkPlace },
  parent: pulumi.Resource,
): TargetGroup {
  const { health } = network;
  return new TargetGroup(
    `${owner.service}-network-targets`,
    {
      name: targetGroupName(owner, [surroundings.vpc, place.loadBalancer, "TCP"]),
      port: 80,
      protocol: "TCP",
      targetType: capacityOf(config).kind.targetType,
      vpcId: surroundings.vpc,
      deregistrationDelay: network.deregistrationDelay,
      connectionTermination: network.terminateConnections,
      preserveClientIp: String(network.preserveClientIp),
      proxyProtocolV2: network.proxyProtocol,
      healthCheck: {
        enabled: true,
        port: health.port === undefined ? "traffic-port" : String(health.port),
        protocol: health.protocol,
        ...(health.protocol === "HTTP" && { path: health.path ?? "/" }),
        interval: health.interval,
        timeout: health.timeout,
        healthyThreshold: health.healthy,
        unhealthyThreshold: health.unhealthy,
      },
      tags,
    },
    { parent, deleteBeforeReplace: false },
  );
}
