import type { AwsClients } from "./clients.js";
import { classify, unlessAbsent } from "./errors.js";
import { targetGroupNow } from "./target-groups.js";

/** Whether a load balancer that leads to a target group has addresses of its VPC alone. */
export async function isBehindInternal(clients: AwsClients, targetGroup: string): Promise<boolean> {
  const [LoadBalancerArn] = (await targetGroupNow(clients, targetGroup))?.loadBalancers ?? [];
  if (LoadBalancerArn === undefined) return false;
  const { DescribeLoadBalancersCommand } = await import("@aws-sdk/client-elastic-load-balancing-v2");
  const command = new DescribeLoadBalancersCommand({ LoadBalancerArns: [LoadBalancerArn] });
  try {
    const send = (await clients.elbv2()).send(command);
    const answer = await unlessAbsent(send, "LoadBalancerNotFoundException", "LoadBalancerNotFound");
    return answer?.LoadBalancers?.[0]?.Scheme === "internal";
  } catch (error) {
    throw classify(error, `describe the load balancer ${LoadBalancerArn}`);
  }
}
