import type { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { listenerRules, listenerArns } from "./balancer.js";
import type { AwsClients } from "./clients.js";
import { classify } from "./errors.js";
import { everyPage } from "./pages.js";
import { targetGroups } from "./target-groups.js";

/** How full something is. */
export interface QuotaHeadroom {
  used: number;
  /** Undefined where AWS does not tell. */
  most: number | undefined;
}

export interface BalancerRoom {
  /** Default rules are not counted. */
  rules: QuotaHeadroom;
  targetGroups: QuotaHeadroom;
}

/**
 * How many rules and target groups a listener's load balancer has, and how many it may have. Source: Elastic Load
 * Balancing, DescribeAccountLimits.
 */
export async function balancerRoom(clients: AwsClients, listener: string): Promise<BalancerRoom> {
  const elbv2 = await clients.elbv2();
  const loadBalancer = balancerOf(listener);
  try {
    const [most, listeners, groups] = await Promise.all([
      limits(elbv2),
      listenerArns(clients, loadBalancer),
      targetGroups(clients, loadBalancer),
    ]);
    const rules = await Promise.all(listeners.map((one) => listenerRules(clients, one)));
    return {
      rules: { used: rules.flat().length, most: most.get("rules-per-application-load-balancer") },
      targetGroups: { used: groups.length, most: most.get("target-groups-per-application-load-balancer") },
    };
  } catch (error) {
    throw classify(error, `count the rules and target groups of ${loadBalancer}`);
  }
}

/** `...:listener/app/shared/<balancer>/<listener>` is of `...:loadbalancer/app/shared/<balancer>`. */
function balancerOf(listener: string): string {
  return listener.replace(":listener/", ":loadbalancer/").split("/").slice(0, -1).join("/");
}

async function limits(elbv2: ElasticLoadBalancingV2Client): Promise<Map<string, number>> {
  const { DescribeAccountLimitsCommand } = await import("@aws-sdk/client-elastic-load-balancing-v2");
  const found = await everyPage(
    (Marker) => elbv2.send(new DescribeAccountLimitsCommand({ Marker })),
    ({ Limits, NextMarker }) => ({ items: Limits, next: NextMarker }),
  );
  return new Map(found.flatMap(({ Name, Max }) => (Name && Max ? [[Name, Number(Max)] as const] : [])));
}
