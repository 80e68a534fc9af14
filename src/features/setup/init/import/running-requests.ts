import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import type { Rule, RuleCondition, TargetGroup } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { RunningService } from "../../../../adapters/aws/running-service.js";
import type { Settings } from "./imported.js";
import { withoutEmpty } from "./words.js";

interface Requests {
  settings: Settings;
  /** The environment's, where it has one whole host name. */
  host?: string | undefined;
  listener?: string | undefined;
  vpc?: string | undefined;
}

type Say = (what: string, why: string) => void;

/** The rule that counts: of the listener that serves HTTPS where there is one, the first that matches. */
export function chosenRule({
  balancing,
}: RunningService): { rule: Rule; listener: string; taken: number[] } | undefined {
  const rank = (protocol: string | undefined) => (protocol === "HTTPS" ? 0 : 1);
  const byPriority = (a: Rule, b: Rule) => priorityOf(a) - priorityOf(b);
  const all = (balancing?.listeners ?? []).flatMap(({ listener, rules, taken }) =>
    rules.map((rule) => ({
      rule,
      listener: listener.ListenerArn ?? "",
      taken,
      rank: rank(listener.Protocol),
    })),
  );
  return [...all].sort(
    (a, b) => a.rank - b.rank || byPriority(a.rule, b.rule) || (a.listener < b.listener ? -1 : 1),
  )[0];
}

export function priorityOf({ Priority }: Rule): number {
  return /^\d+$/.test(Priority ?? "") ? Number(Priority) : Number.POSITIVE_INFINITY;
}

/** What a load balancer sends to a service; nothing for a worker. */
export function requestsOfRunning(found: RunningService, main: ContainerDefinition, say: Say): Requests {
  const { balancing, service } = found;
  const port = service.loadBalancers?.find(
    ({ targetGroupArn }) => targetGroupArn !== undefined,
  )?.containerPort;
  if (balancing === undefined || port === undefined) {
    const own = main.portMappings?.[0]?.containerPort;
    if (own !== undefined && (service.serviceRegistries?.length ?? 0) > 0)
      return { settings: { kind: "internal", port: own } };
    if (own !== undefined)
      say(
        `containerDefinitions.${main.name ?? ""}.portMappings`,
        `it listens on ${own}, and no load balancer leads to it: set \`kind: internal\` and \`connect\` if others call it`,
      );
    return { settings: {} };
  }
  const { group, attributes, listeners } = balancing;
  const chosen = chosenRule(found);
  for (const { rules } of listeners)
    for (const rule of rules)
      if (rule !== chosen?.rule)
        say(
          `rule ${rule.RuleArn?.split("/").at(-1) ?? ""}`,
          "a service has one rule, and another one was read: widen `path` and `hosts` if it is needed",
        );
  if (chosen === undefined)
    say("loadBalancers", "no rule of a listener leads to it: check `path` and `hosts`");
  if (chosen?.rule.IsDefault === true)
    say(
      "listener",
      "it gets what no rule takes (the listener's default action): Moorage adds a rule for its host, and leaves the default as it is",
    );
  const { hosts, ...conditions } = conditionsOf(chosen?.rule.Conditions ?? [], say);
  for (const { Type } of chosen?.rule.Actions ?? [])
    if (Type !== "forward") say(`action ${Type ?? ""}`, "it is not carried over");
  const [host, ...more] = hosts;
  const isWhole = host !== undefined && more.length === 0 && !/[*?]/.test(host);
  return {
    settings: withoutEmpty({
      port,
      ...conditions,
      hosts: isWhole ? [] : hosts,
      health: healthOf(group, service.healthCheckGracePeriodSeconds),
      deregistrationDelay: numberOf(attributes["deregistration_delay.timeout_seconds"]),
      stickiness: attributes["stickiness.enabled"] === "true" ? true : undefined,
      slowStart: numberOf(attributes["slow_start.duration_seconds"]) || undefined,
      algorithm:
        attributes["load_balancing.algorithm.type"] === "round_robin"
          ? undefined
          : attributes["load_balancing.algorithm.type"],
      protocol: group.Protocol === "HTTPS" ? "HTTPS" : undefined,
      protocolVersion: group.ProtocolVersion === "HTTP1" ? undefined : group.ProtocolVersion,
    }),
    host: isWhole ? host : undefined,
    listener: chosen?.listener,
    vpc: group.VpcId,
  };
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

function healthOf(group: TargetGroup, grace: number | undefined): Settings {
  const { HealthCheckPort: port } = group;
  return withoutEmpty({
    path: group.HealthCheckPath,
    codes: group.Matcher?.HttpCode ?? group.Matcher?.GrpcCode,
    interval: group.HealthCheckIntervalSeconds,
    timeout: group.HealthCheckTimeoutSeconds,
    healthy: group.HealthyThresholdCount,
    unhealthy: group.UnhealthyThresholdCount,
    gracePeriod: grace,
    port: port === undefined || port === "traffic-port" ? undefined : Number(port),
  });
}

function conditionsOf(conditions: readonly RuleCondition[], say: Say): Settings & { hosts: string[] } {
  const hosts: string[] = [];
  const paths: string[] = [];
  const headers: Record<string, string[]> = {};
  const query: Record<string, string[]> = {};
  let methods: string[] | undefined;
  let sourceIps: string[] | undefined;
  for (const one of conditions) {
    const { Field: field, Values: values = [] } = one;
    if (field === "host-header") hosts.push(...(one.HostHeaderConfig?.Values ?? values));
    else if (field === "path-pattern") paths.push(...(one.PathPatternConfig?.Values ?? values));
    else if (field === "http-header")
      headers[one.HttpHeaderConfig?.HttpHeaderName ?? ""] = one.HttpHeaderConfig?.Values ?? [];
    else if (field === "http-request-method") methods = one.HttpRequestMethodConfig?.Values;
    else if (field === "source-ip") sourceIps = one.SourceIpConfig?.Values;
    else if (field === "query-string")
      for (const { Key = "", Value = "" } of one.QueryStringConfig?.Values ?? [])
        query[Key] = [...(query[Key] ?? []), Value];
    else say(`condition ${field ?? ""}`, "Moorage has no setting for it");
  }
  return {
    hosts,
    path: paths.length === 0 ? "/*" : paths,
    match: withoutEmpty({ headers, query, methods, sourceIps }),
  };
}
