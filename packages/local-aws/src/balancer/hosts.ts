import type { RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Routing } from "../services/elbv2/routing.js";
import type { TargetGroupRow } from "../services/elbv2/rows.js";
import { forwardsOf } from "../services/elbv2/listener-usage.js";

/** One host and path pattern of a forwarding rule, with the state of its target group. */
export interface HostEntry {
  /** As in the rule: wildcards stay. `*` where the rule has no host condition. */
  host: string;
  path: string;
  targetGroup: string;
  targetGroupArn: string;
  healthy: number;
  /** Registered targets, draining ones not counted. */
  targets: number;
}

export function hostsOf(routing: Routing): HostEntry[] {
  const rules = routing.listeners().flatMap((listener) => listener.rules);
  return rules.flatMap((rule) => {
    const groups = forwardsOf(rule.actions).flatMap(({ arn }) => routing.group(arn) ?? []);
    const places = values(rule.conditions, "host-header").flatMap((host) =>
      values(rule.conditions, "path-pattern").map((path) => ({ host, path })),
    );
    return places.flatMap((place) => groups.map((group) => ({ ...place, ...count(group) })));
  });
}

function values(conditions: RuleCondition[], field: "host-header" | "path-pattern"): string[] {
  const condition = conditions.find((candidate) => candidate.Field === field);
  const config = field === "host-header" ? condition?.HostHeaderConfig : condition?.PathPatternConfig;
  return config?.Values ?? config?.RegexValues ?? [field === "host-header" ? "*" : "/*"];
}

function count(group: TargetGroupRow): Omit<HostEntry, "host" | "path"> {
  const targets = Object.values(group.targets).filter((target) => target.drainingSince === undefined);
  const healthy = targets.filter((target) => target.health.state === "healthy").length;
  return { targetGroup: group.name, targetGroupArn: group.arn, healthy, targets: targets.length };
}
