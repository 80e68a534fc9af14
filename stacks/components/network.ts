import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import { TargetGroup, type TargetGroupArgs } from "@pulumi/aws/lb/targetGroup.js";
import type * as pulumi from "@pulumi/pulumi";
import { capacityOf } from "../../src/core/project/capacity.js";
import type { ServiceConfig, WebService } from "../../src/core/project/service-schema.js";
import type { StackPlace } from "../../src/core/project/service-hosts.js";
import type { NameOwner } from "../../src/core/project/aws-names.js";
import { isPlain, standingAt } from "./listeners.js";
import {
  furtherTargetGroupOf,
  type Standing,
  securityGroupOf,
  targetGroupOf,
} from "../../src/core/project/standing.js";
import { type Callers, callersIngress } from "./connect.js";
import { discoveryIngress } from "./discovery.js";
import type { ResolvedFoundation } from "./surroundings.js";

/** What the way from the load balancer to a service's tasks is made from. */
export interface NetworkArgs<Settings extends ServiceConfig = ServiceConfig> {
  owner: NameOwner;
  config: Settings;
  surroundings: ResolvedFoundation;
  tags: Record<string, string>;
  /** Where the stack's hosts are. */
  hosts: StackPlace;
  /** Of listener rules, by rule; without one the provider takes the next after the highest. */
  priorities: Readonly<Record<string, number>>;
  /** Rules that must be there first, because their paths are more specific. */
  after: pulumi.Resource[];
  /** What the service has at the load balancer; undefined for a new one. */
  standing: Standing | undefined;
  /** Other services that may call it; undefined for one that none reaches by name. */
  callers?: Callers | undefined;
  /** What the issuer that signs people in knows the load balancer by. */
  clientSecret?: pulumi.Output<string> | undefined;
}

/** An explicit name makes the provider delete first when it replaces; these change with what forces a replacement. */
const replacing = { deleteBeforeReplace: false };

/**
 * The load balancer reaches the port of a web service, and so do those that may call it; nobody else does. Health checks use the
 * traffic port, or their own.
 */
export function declareSecurityGroup(
  args: Pick<NetworkArgs, "owner" | "config" | "surroundings" | "tags" | "standing" | "callers">,
  parent: pulumi.Resource,
): SecurityGroup {
  const { owner, config, surroundings, tags, callers } = args;
  const description = `Tasks of ${owner.app}/${owner.service} in ${owner.stack}`;
  const fixed = [surroundings.vpc, description];
  const balanced = balancedOf(config);
  const { name, ports } = securityGroupOf(owner, balanced, fixed, args.standing);
  return new SecurityGroup(
    `${owner.service}-tasks`,
    {
      name,
      description,
      vpcId: surroundings.vpc,
      ingress: [
        ...ports.map((port) => ({
          description: "From the load balancer",
          protocol: "tcp",
          fromPort: port,
          toPort: port,
          ...reachedBy(config, surroundings),
        })),
        ...(callers && config.port !== undefined ? [callersIngress(callers, config.port)] : []),
        ...discoveryIngress(config),
      ],
      egress: [
        {
          description: "To anywhere",
          protocol: "-1",
          fromPort: 0,
          toPort: 0,
          cidrBlocks: ["0.0.0.0/0"],
          ipv6CidrBlocks: ["::/0"],
        },
      ],
      tags,
    },
    // Fargate's network interfaces are released minutes after the last task. Another description would replace the group.
    { parent, ...replacing, customTimeouts: { delete: "30m" }, ignoreChanges: ["description"] },
  );
}

/** What of a service is asked by a load balancer. */
function balancedOf(config: ServiceConfig): Parameters<typeof securityGroupOf>[1] {
  if (config.kind === "web") return config;
  if (config.kind !== "network" || config.network === undefined) return {};
  return { port: config.port, health: { port: config.network.health.port } };
}

/** Who of a load balancer's side reaches the tasks. */
function reachedBy(
  config: ServiceConfig,
  surroundings: ResolvedFoundation,
): { securityGroups?: string[]; cidrBlocks?: string[]; ipv6CidrBlocks?: string[] } {
  if (config.kind !== "network" || config.network === undefined)
    return { securityGroups: reachingGroups(config, surroundings) };
  const { loadBalancer, allow = [] } = config.network;
  const groups = surroundings.networks[loadBalancer]?.groups ?? [];
  const [six, four] = [true, false].map((isSix) => allow.filter((one) => one.includes(":") === isSix).sort());
  return {
    ...(groups.length > 0 && { securityGroups: groups }),
    ...(four?.length && { cidrBlocks: four }),
    ...(six?.length && { ipv6CidrBlocks: six }),
  };
}

/** Of every load balancer that leads to the service. */
function reachingGroups(config: ServiceConfig, surroundings: ResolvedFoundation): string[] {
  const { loadBalancerGroups: own, further } = surroundings;
  const others = config.kind === "web" ? Object.keys(config.listeners ?? {}) : [];
  if (others.length === 0) return own;
  const all = [own, ...others.map((name) => further[name]?.loadBalancerGroups ?? [])].flat();
  return [...new Set(all)].sort();
}

/** Where the load balancer finds a service's tasks, and how it tells that they are well. */
export function declareTargetGroup(args: NetworkArgs<WebService>, parent: pulumi.Resource): TargetGroup {
  const { owner, config, surroundings, standing } = args;
  return declareGroup(
    `${owner.service}-targets`,
    targetGroupOf(owner, config, surroundings, standing),
    args,
    parent,
  );
}

/** The same of a further load balancer: a group belongs to one. */
export function declareFurtherTargetGroup(
  args: NetworkArgs<WebService>,
  listener: string,
  parent: pulumi.Resource,
): TargetGroup {
  const { owner, config, surroundings } = args;
  const named = furtherTargetGroupOf(owner, config, standingAt(surroundings, listener), listener);
  return declareGroup(`${owner.service}-at-${listener}-targets`, named, args, parent);
}

function declareGroup(
  logicalName: string,
  named: { name: string; port: number },
  { config, surroundings, tags }: NetworkArgs<WebService>,
  parent: pulumi.Resource,
): TargetGroup {
  const { protocol, health, slowStart, algorithm } = config;
  return new TargetGroup(
    logicalName,
    {
      ...named,
      protocol,
      ...(config.protocolVersion && { protocolVersion: config.protocolVersion }),
      targetType: capacityOf(config).kind.targetType,
      vpcId: surroundings.vpc,
      deregistrationDelay: config.deregistrationDelay,
      ...(slowStart !== undefined && { slowStart }),
      ...(algorithm !== undefined && { loadBalancingAlgorithmType: algorithm }),
      ...stickinessOf(config),
      healthCheck: {
        enabled: true,
        path: health.path,
        port: health.port === undefined ? "traffic-port" : String(health.port),
        protocol: health.protocol ?? protocol,
        interval: health.interval,
        timeout: health.timeout,
        healthyThreshold: health.healthy,
        unhealthyThreshold: health.unhealthy,
        matcher: health.codes,
      },
      tags,
    },
    { parent, ...replacing },
  );
}

/** One who has a cookie of the app's follows that. */
function stickinessOf({ stickiness }: WebService): Pick<TargetGroupArgs, "stickiness"> {
  if (stickiness === undefined) return {};
  const { duration: cookieDuration, cookie } = stickiness;
  const type = stickiness.type ?? (cookie === undefined ? "lb_cookie" : "app_cookie");
  return {
    stickiness: { enabled: true, type, cookieDuration, ...(cookie !== undefined && { cookieName: cookie }) },
  };
}

/** Source: Elastic Load Balancing, "Protocol versions": HTTP/2 and gRPC only behind a listener that encrypts. */
export function encryptionMissing(
  services: Readonly<Record<string, ServiceConfig>>,
  surroundings: Pick<ResolvedFoundation, "scheme" | "isStandIn" | "further">,
): string | undefined {
  if (surroundings.isStandIn) return undefined;
  const found = Object.entries(services).find(
    ([, service]) =>
      service.kind === "web" &&
      (service.protocolVersion ?? "HTTP1") !== "HTTP1" &&
      isPlain(service, surroundings),
  );
  return (
    found &&
    `protocolVersion of ${found[0]} is possible only behind an HTTPS listener, and this foundation's speaks HTTP.`
  );
}
