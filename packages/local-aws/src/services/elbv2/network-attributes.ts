import { checkTogether, targetGroupDefaults } from "./attributes.js";
import { invalidConfiguration } from "./refusals.js";
import type { TargetGroupRow } from "./rows.js";

/** Of a network load balancer. https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html */
export const networkLoadBalancerDefaults: Record<string, string> = {
  "access_logs.s3.bucket": "",
  "access_logs.s3.enabled": "false",
  "access_logs.s3.prefix": "",
  "deletion_protection.enabled": "false",
  "dns_record.client_routing_policy": "any_availability_zone",
  "ipv6.deny_all_igw_traffic": "false",
  "load_balancing.cross_zone.enabled": "false",
  "zonal_shift.config.enabled": "false",
};

/**
 * Of its target groups by TCP with targets by address.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html
 */
const networkGroupDefaults: Record<string, string> = {
  "deregistration_delay.connection_termination.enabled": "false",
  "deregistration_delay.timeout_seconds": "300",
  "load_balancing.cross_zone.enabled": "use_load_balancer_configuration",
  "preserve_client_ip.enabled": "false",
  "proxy_protocol_v2.enabled": "false",
  "stickiness.enabled": "false",
  "stickiness.type": "source_ip",
  "target_group_health.dns_failover.minimum_healthy_targets.count": "1",
  "target_group_health.dns_failover.minimum_healthy_targets.percentage": "off",
  "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count": "1",
  "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": "off",
  "target_health_state.unhealthy.connection_termination.enabled": "true",
  "target_health_state.unhealthy.draining_interval_seconds": "0",
};

/** Which attributes a target group has, and what they must agree on. */
export function groupAttributesOf({ protocol }: Pick<TargetGroupRow, "protocol">): {
  defaults: Record<string, string>;
  checkTogether: (set: Record<string, string>) => void;
} {
  if (protocol !== "TCP") return { defaults: targetGroupDefaults, checkTogether };
  return { defaults: networkGroupDefaults, checkTogether: checkNetworkStickiness };
}

function checkNetworkStickiness(set: Record<string, string>): void {
  const type = set["stickiness.type"] ?? "source_ip";
  if (type === "source_ip") return;
  throw invalidConfiguration(
    `Stickiness type '${type}' is not supported for target groups with the TCP protocol`,
  );
}

/** Whether connections to a target end when it has drained. */
export function endsConnections({ attributes }: Pick<TargetGroupRow, "attributes">): boolean {
  return attributes["deregistration_delay.connection_termination.enabled"] === "true";
}

/** Whether targets are told who connects, in a header before the first byte. */
export function tellsClients({ attributes }: Pick<TargetGroupRow, "attributes">): boolean {
  return attributes["proxy_protocol_v2.enabled"] === "true";
}
