import type { Rule } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { AwsClients } from "./clients.js";
import { classify } from "./errors.js";

/** The numbered rules of a listener (not its default), as DescribeRules gives them. */
export async function listenerRules(clients: AwsClients, listenerArn: string): Promise<Rule[]> {
  const { paginateDescribeRules } = await import("@aws-sdk/client-elastic-load-balancing-v2");
  const rules: Rule[] = [];
  try {
    const pages = paginateDescribeRules({ client: await clients.elbv2() }, { ListenerArn: listenerArn });
    for await (const page of pages) rules.push(...(page.Rules ?? []));
  } catch (error) {
    throw classify(error, `read the rules of ${listenerArn}`);
  }
  return rules.filter((rule) => rule.IsDefault !== true);
}

export interface TargetFact {
  id: string;
  port: number;
  /** `healthy`, `initial`, `unhealthy`, `draining`, `unused`. */
  state: string;
  /** In the load balancer's words. */
  reason: string | undefined;
}

export async function targetHealth(clients: AwsClients, targetGroupArn: string): Promise<TargetFact[]> {
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
