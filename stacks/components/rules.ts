import { ListenerRule, type ListenerRuleArgs } from "@pulumi/aws/lb/listenerRule.js";
import type { TargetGroup } from "@pulumi/aws/lb/targetGroup.js";
import * as pulumi from "@pulumi/pulumi";
import { HostMistake, resolveHosts } from "../../src/core/project/service-hosts.js";
import { expandPaths } from "../../src/core/project/paths.js";
import { ruleKeyOf } from "../../src/core/project/priorities.js";
import { type Match, redirectTarget } from "../../src/core/project/rule-schema.js";
import type { StackPlace } from "../../src/core/project/service-hosts.js";
import type { ServiceConfig, WebService } from "../../src/core/project/service-schema.js";
import { redirectCircles } from "../../src/core/project/redirect-circles.js";
import { circleText, leadsBack } from "../../src/core/project/service-rule-checks.js";
import { rulesOfService, type ServiceRule } from "../../src/core/project/service-rules.js";
import { standingAt } from "./listeners.js";
import type { NetworkArgs } from "./network.js";
import { signInAction } from "./sign-in.js";
import type { ResolvedFoundation } from "./surroundings.js";

type Condition = pulumi.Unwrap<ListenerRuleArgs["conditions"]>[number];
type Action = pulumi.Unwrap<ListenerRuleArgs["actions"]>[number];

/** A service's listener rules, the one that sends its hosts and paths to its target group first. */
export function declareRules(
  args: NetworkArgs<WebService>,
  groups: { main: TargetGroup; further: Readonly<Record<string, TargetGroup>> },
  parent: pulumi.Resource,
): ListenerRule[] {
  const { owner, surroundings, tags, priorities, after } = args;
  return rulesOfService(args.config).map((rule) => {
    const name = rule.name ?? "rule";
    const isFurther = rule.listener !== undefined && rule.listener !== args.config.listener;
    const targetGroup = (isFurther && groups.further[rule.listener ?? ""]) || groups.main;
    return new ListenerRule(
      `${owner.service}-${name}`,
      {
        listenerArn: standingAt(surroundings, rule.listener).listener,
        priority: priorities[ruleKeyOf({ service: owner.service, name: rule.name })],
        actions: actionsOf(rule, args, targetGroup),
        conditions: [
          { hostHeader: { values: hostsOfRule(rule, args) } },
          { pathPattern: { values: expandPaths(rule.paths) } },
          ...conditionsOf(rule.match),
        ],
        tags,
      },
      // SetRulePriorities knows no condition keys, so a role that may call it may reorder every stack's rules. Source: Service
      // Authorization Reference, "Elastic Load Balancing V2". The new rule stands before the old one goes.
      { parent, dependsOn: after, replaceOnChanges: ["priority"] },
    );
  });
}

function hostsOfRule({ hosts }: ServiceRule, args: NetworkArgs<WebService>): string[] {
  try {
    return resolveHosts(hosts, args.hosts);
  } catch (error) {
    if (error instanceof HostMistake) throw new pulumi.RunError(`${args.owner.service}: ${error.message}`);
    throw error;
  }
}

/** People are signed in before requests go to the service; what the load balancer answers itself is for everybody. */
function actionsOf(
  rule: ServiceRule,
  { config: { auth }, clientSecret }: NetworkArgs<WebService>,
  targetGroup: TargetGroup,
): pulumi.Input<Action>[] {
  const action = actionOf(rule, targetGroup);
  const isAnswered = rule.redirect !== undefined || rule.fixed !== undefined;
  if (auth === undefined || isAnswered || rule.isOpen) return [action];
  return [signInAction(auth, clientSecret), pulumi.output(action).apply((last) => ({ ...last, order: 2 }))];
}

function actionOf({ redirect, fixed }: ServiceRule, targetGroup: TargetGroup): pulumi.Input<Action> {
  if (redirect !== undefined) {
    const target = redirectTarget(redirect.to);
    return { type: "redirect", redirect: { ...target, statusCode: `HTTP_${redirect.status}` } };
  }
  if (fixed === undefined) return { type: "forward", targetGroupArn: targetGroup.arn as unknown as string };
  const { status, contentType, body } = fixed;
  return {
    type: "fixed-response",
    fixedResponse: {
      contentType,
      statusCode: String(status),
      ...(body !== undefined && { messageBody: body }),
    },
  };
}

/** In one order, whatever the configuration's: another order would be a change. */
function conditionsOf(match: Match | undefined): Condition[] {
  if (match === undefined) return [];
  const { headers, query, methods, sourceIps } = match;
  return [
    ...sorted(headers).map(([httpHeaderName, values]) => ({
      httpHeader: { httpHeaderName, values: values.toSorted() },
    })),
    ...sorted(query).map(([key, values]) => ({
      queryStrings: values.toSorted().map((value) => ({ key, value })),
    })),
    ...(methods ? [{ httpRequestMethod: { values: methods.toSorted() } }] : []),
    ...(sourceIps ? [{ sourceIp: { values: sourceIps.toSorted() } }] : []),
  ];
}

function sorted<Value>(group: Record<string, Value>): [string, Value][] {
  return Object.entries(group).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** A redirect to an `https` URL that is its own: whether it ever ends depends on what the listener speaks. */
export function redirectLoop(
  services: Readonly<Record<string, ServiceConfig>>,
  { host }: Pick<StackPlace, "host">,
  { scheme, listenerPort, isStandIn }: Pick<ResolvedFoundation, "scheme" | "listenerPort" | "isStandIn">,
): string | undefined {
  if (!isStandIn && (scheme !== "https" || listenerPort !== 443)) return undefined;
  for (const [name, service] of Object.entries(services)) {
    if (service.kind !== "web") continue;
    const own = service.hosts ?? (host === undefined ? [] : [host]);
    const loop = service.redirects?.findIndex((one) => leadsBack(one, one.hosts ?? own, true)) ?? -1;
    if (loop >= 0)
      return `moorage:services.${name}.redirects.${String(loop)}.to leads to where its own rule sends it away again: name another host or path.`;
  }
  const web = Object.entries(services).flatMap(([name, service]) =>
    service.kind === "web" ? [[name, service] as const] : [],
  );
  const [circle] = redirectCircles(Object.fromEntries(web), host, true);
  return (
    circle && `moorage:services.${circle.service}.redirects.${circle.index}.to ${circleText(circle.way)}.`
  );
}
