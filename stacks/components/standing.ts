import type { ServiceConfig } from "../../src/config/service-schema.js";
import { type Owner, securityGroupName, targetGroupName } from "./names.js";

/** What a service has at the load balancer now, as the state says. */
export interface Standing {
  /** The target group's name, and the port that it was made with. */
  targetGroup: string;
  port?: number | undefined;
  /** Where its rule is: the listener's ARN. */
  listener: string;
  /** The security group's name, and the port that it lets in. */
  securityGroup?: string | undefined;
  openPort?: number | undefined;
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
  owner: Owner,
  { port, protocol }: Pick<ServiceConfig, "port" | "protocol">,
  { vpc, listener }: Place,
  standing: Standing | undefined,
): { name: string; port: number } {
  const balancer = balancerOf(listener);
  const name = targetGroupName(owner, [vpc, balancer, protocol]);
  if (standing === undefined || balancerOf(standing.listener) !== balancer) return { name, port };
  const made = standing.port ?? port;
  // What groups were called whose port was in the hash.
  const former = targetGroupName(owner, [vpc, made, protocol]);
  return [name, former].includes(standing.targetGroup)
    ? { name: standing.targetGroup, port: made }
    : { name, port };
}

/**
 * The security group's name: another port is another group, so that the load balancer reaches the tasks that listen on the
 * old one until they are gone.
 */
export function securityGroupOf(
  owner: Owner,
  { port }: Pick<ServiceConfig, "port">,
  fixed: readonly string[],
  standing: Standing | undefined,
): string {
  const former = securityGroupName(owner, fixed);
  const { securityGroup = former, openPort = port } = standing ?? {};
  const isFormer = standing !== undefined && securityGroup === former && openPort === port;
  return isFormer ? former : securityGroupName(owner, [...fixed, String(port)]);
}

/** `app/name/id`: the load balancer in a listener's ARN. */
function balancerOf(listener: string): string {
  return listener.split(":listener/")[1]?.split("/").slice(0, 3).join("/") ?? listener;
}
