import type { Rule } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { AwsClients } from "./clients.js";
import { classify } from "./errors.js";
import { everyPage } from "./pages.js";

/** The numbered rules of a listener (not its default), as DescribeRules gives them. */
export async function listenerRules(clients: AwsClients, listenerArn: string): Promise<Rule[]> {
  const { DescribeRulesCommand } = await import("@aws-sdk/client-elastic-load-balancing-v2");
  try {
    const elbv2 = await clients.elbv2();
    const rules = await everyPage(
      (Marker) => elbv2.send(new DescribeRulesCommand({ ListenerArn: listenerArn, Marker })),
      ({ Rules, NextMarker }) => ({ items: Rules, next: NextMarker }),
    );
    return rules.filter((rule) => rule.IsDefault !== true);
  } catch (error) {
    throw classify(error, `read the rules of ${listenerArn}`);
  }
}

/** ARNs of a load balancer's listeners. Errors are the SDK's own. */
export async function listenerArns(clients: AwsClients, LoadBalancerArn: string): Promise<string[]> {
  const { DescribeListenersCommand } = await import("@aws-sdk/client-elastic-load-balancing-v2");
  const elbv2 = await clients.elbv2();
  const listeners = await everyPage(
    (Marker) => elbv2.send(new DescribeListenersCommand({ LoadBalancerArn, Marker })),
    ({ Listeners, NextMarker }) => ({ items: Listeners, next: NextMarker }),
  );
  return listeners.flatMap(({ ListenerArn }) => ListenerArn ?? []);
}

export interface TargetFact {
  id: string;
  port: number;
  /** `healthy`, `initial`, `unhealthy`, `draining`, `unused`. */
  state: string;
  /** In the load balancer's words. */
  reason: string | undefined;
}

export async function readTargetHealth(clients: AwsClients, targetGroupArn: string): Promise<TargetFact[]> {
  const { DescribeTargetHealthCommand } = await import("@aws-sdk/client-elastic-load-balancing-v2");
  const elbv2 = await clients.elbv2();
  try {
    const { TargetHealthDescriptions } = await elbv2.send(
      new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn }),
    );
    return (TargetHealthDescriptions ?? []).map(({ Target, TargetHealth }) => ({
      id: Target?.Id ?? "",
      port: Target?.Port ?? 0,
      state: TargetHealth?.State ?? "unknown",
      reason: TargetHealth?.Description,
    }));
  } catch (error) {
    throw classify(error, `read the target health of ${targetGroupArn}`);
  }
}
