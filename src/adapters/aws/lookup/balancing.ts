import type { LookupFinding } from "../../engine/engine.js";
import { unlessAbsent } from "../errors.js";
import { balancingGone as gone, balancingTags } from "../target-groups.js";
import { absent, type Finder, isOwn, judge, type Sought, textOrEmpty } from "./finding.js";

export const balancingFinders: Record<string, Finder> = {
  "aws:lb/loadBalancer:LoadBalancer": findLoadBalancer,
  "aws:lb/listener:Listener": findListener,
  "aws:lb/targetGroup:TargetGroup": findTargetGroup,
  "aws:lb/listenerRule:ListenerRule": findListenerRule,
};

/** By its tags; one that went between two calls is absent. */
async function judged(
  { clients, owner }: Sought,
  what: string,
  arn: string | undefined,
): Promise<LookupFinding> {
  if (arn === undefined) return absent;
  const tags = (await balancingTags(clients, [arn])).get(arn);
  return tags === undefined ? absent : judge(what, arn, tags, owner);
}

async function findLoadBalancer(sought: Sought): Promise<LookupFinding> {
  const { DescribeLoadBalancersCommand } = await import("@aws-sdk/client-elastic-load-balancing-v2");
  const name = textOrEmpty(sought.inputs["name"]);
  const elbv2 = await sought.clients.elbv2();
  const answer = await unlessAbsent(elbv2.send(new DescribeLoadBalancersCommand({ Names: [name] })), ...gone);
  const found = answer?.LoadBalancers?.find(({ LoadBalancerName }) => LoadBalancerName === name);
  return judged(sought, `load balancer ${name}`, found?.LoadBalancerArn);
}

/** One port of a load balancer has one listener. */
async function findListener(sought: Sought): Promise<LookupFinding> {
  const { paginateDescribeListeners } = await import("@aws-sdk/client-elastic-load-balancing-v2");
  const { loadBalancerArn, port } = sought.inputs;
  const client = await sought.clients.elbv2();
  const listeners = paginateDescribeListeners({ client }, { LoadBalancerArn: textOrEmpty(loadBalancerArn) });
  const find = async () => {
    for await (const { Listeners = [] } of listeners) {
      const found = Listeners.find(({ Port }) => Port === Number(port));
      if (found) return found.ListenerArn;
    }
    return undefined;
  };
  return judged(sought, `listener on port ${String(port)}`, await unlessAbsent(find(), ...gone));
}

async function findTargetGroup(sought: Sought): Promise<LookupFinding> {
  const { DescribeTargetGroupsCommand } = await import("@aws-sdk/client-elastic-load-balancing-v2");
  const name = textOrEmpty(sought.inputs["name"]);
  const elbv2 = await sought.clients.elbv2();
  const answer = await unlessAbsent(elbv2.send(new DescribeTargetGroupsCommand({ Names: [name] })), ...gone);
  const found = answer?.TargetGroups?.find(({ TargetGroupName }) => TargetGroupName === name);
  return judged(sought, `target group ${name}`, found?.TargetGroupArn);
}

/** A rule has no name: it is ours when it forwards to our target group, which has one, and carries our tags. */
async function findListenerRule(sought: Sought): Promise<LookupFinding> {
  const { paginateDescribeRules } = await import("@aws-sdk/client-elastic-load-balancing-v2");
  const { inputs, known } = sought;
  const wanted = forwardedTo(inputs["actions"]);
  const client = await sought.clients.elbv2();
  const pages = paginateDescribeRules({ client }, { ListenerArn: textOrEmpty(inputs["listenerArn"]) });
  const find = async () => {
    const arns: string[] = [];
    for await (const { Rules = [] } of pages) {
      const ours = Rules.filter(
        ({ IsDefault, Actions }) =>
          IsDefault !== true && Actions?.some(({ TargetGroupArn }) => TargetGroupArn === wanted),
      );
      arns.push(...ours.flatMap(({ RuleArn }) => RuleArn ?? []));
    }
    return arns;
  };
  const arns = (await unlessAbsent(find(), ...gone)) ?? [];
  const unknown = arns.filter((arn) => !known.has(arn)).sort();
  // What is answered without a target group may be anybody's.
  const tags = await balancingTags(sought.clients, unknown);
  const first = unknown.find((arn) => isOwn(tags.get(arn) ?? new Map(), sought.owner)) ?? unknown[0];
  return judged(sought, `listener rule ${first ?? ""}`, first);
}

/** One that signs people in forwards afterwards. */
function forwardedTo(actions: unknown): string | undefined {
  const all = Array.isArray(actions) ? (actions as { targetGroupArn?: string }[]) : [];
  return all.find(({ targetGroupArn }) => targetGroupArn !== undefined)?.targetGroupArn;
}
