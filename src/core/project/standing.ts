import type { WebService } from "./service-schema.js";
import { reachedPorts, trafficPort } from "./target-options.js";
import { type NameOwner, securityGroupName, targetGroupName } from "./aws-names.js";

/** What a service has at the load balancer now, as the state says. */
export interface Standing {
  /** The target group's name, and the port that it was made with. */
  targetGroup: string;
  port?: number | undefined;
  /** Where its rule is: the listener's ARN. */
  listener: string;
  /** The security group's name, and the ports that it lets in. */
  securityGroup?: string | undefined;
  openPorts?: readonly number[] | undefined;
  /** The port that its tasks listen on. */
  taskPort?: number | undefined;
}

/** How a security group's rule says whom it lets in beside the load balancer. */
export const callersRule = "From the services that may call it";
export const discoveryRule = "From those that find it by DNS";

/** Whether a rule of a security group is the load balancer's, by its description. */
export function isBalancersRule(description: unknown): boolean {
  return description !== callersRule && description !== discoveryRule;
}

interface Place {
  vpc: string;
  listener: string;
}

/**
 * The target group's name and port. Its port stays what it was made with: ECS registers each task with the port of its own,
 * so that another port needs no other group, which would be empty until the new tasks are healthy. Source: CreateTargetGroup,
 * `Port`; RegisterTargets, `TargetDescription.Port`. A group belongs to one load balancer, which is in the name's hash.
 */
export function targetGroupOf(
  owner: NameOwner,
  service: Pick<WebService, "port" | "protocol" | "protocolVersion" | "target">,
  { vpc, listener }: Place,
  standing: Standing | undefined,
): { name: string; port: number } {
  const { protocol, protocolVersion } = service;
  const port = trafficPort(service) ?? service.port;
  const balancer = balancerOf(listener);
  const spoken = protocolVersion === undefined ? [protocol] : [protocol, protocolVersion];
  const name = targetGroupName(owner, [vpc, balancer, ...spoken]);
  if (standing === undefined || balancerOf(standing.listener) !== balancer) return { name, port };
  const made = standing.port ?? port;
  // What groups were called whose port was in the hash.
  const former = targetGroupName(owner, [vpc, made, ...spoken]);
  return [name, former].includes(standing.targetGroup)
    ? { name: standing.targetGroup, port: made }
    : { name, port };
}

/**
 * A further target group's name, and its port: always the same, because ECS registers each task with the port of its own. Where one
 * load balancer plays several, the listener's name tells their groups apart.
 */
export function furtherTargetGroupOf(
  owner: NameOwner,
  { protocol, protocolVersion = "HTTP1" }: Pick<WebService, "protocol" | "protocolVersion">,
  { vpc, listener }: Place,
  name: string,
): { name: string; port: number } {
  const hashed = [vpc, balancerOf(listener), protocol, protocolVersion, `at ${name}`];
  return { name: targetGroupName(owner, hashed), port: protocol === "HTTPS" ? 443 : 80 };
}

/**
 * The security group's name and the ports that it lets in. Another port is no other group: AWS would not let go of the old
 * one until its last task is gone, and the engine would wait for that at the end of the update, for as long as a rollback's tasks
 * use it. The old port stays open to the load balancer instead, until the port changes again. Source:
 * DeleteSecurityGroup; terraform-provider-aws, internal/service/ec2/vpc_security_group.go, `resourceSecurityGroupDelete`.
 */
export function securityGroupOf(
  owner: NameOwner,
  service: Parameters<typeof reachedPorts>[0],
  fixed: readonly string[],
  standing: Standing | undefined,
): { name: string; ports: readonly number[] } {
  const { securityGroup = "", openPorts = [], taskPort } = standing ?? {};
  const name = securityGroupName(owner, fixed);
  // What groups were called whose port was in the hash.
  const former = openPorts.map((open) => securityGroupName(owner, [...fixed, String(open)]));
  const wanted = reachedPorts(service);
  const [port] = wanted;
  if (port === undefined) return { name, ports: [] };
  const isOpen = wanted.every((one) => openPorts.includes(one));
  const ports = isOpen ? openPorts : [...new Set([...wanted, taskPort ?? port])];
  return { name: former.includes(securityGroup) ? securityGroup : name, ports };
}

/** `app/name/id`: the load balancer in a listener's ARN. */
function balancerOf(listener: string): string {
  return listener.split(":listener/")[1]?.split("/").slice(0, 3).join("/") ?? listener;
}
