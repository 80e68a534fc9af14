import type { AwsClients } from "./clients.js";
import { classify, unlessAbsent } from "./errors.js";

export interface TargetGroupFact {
  port: number;
  protocol: string;
  /** `ip`, `instance`, ... */
  targetType: string;
  vpc: string;
  loadBalancers: string[];
}

/** Undefined where there is no such target group. */
export async function targetGroupNow(clients: AwsClients, arn: string): Promise<TargetGroupFact | undefined> {
  const { DescribeTargetGroupsCommand } = await import("@aws-sdk/client-elastic-load-balancing-v2");
  const command = new DescribeTargetGroupsCommand({ TargetGroupArns: [arn] });
  try {
    const send = (await clients.elbv2()).send(command);
    const answer = await unlessAbsent(send, "TargetGroupNotFoundException", "TargetGroupNotFound");
    const [group] = answer?.TargetGroups ?? [];
    return (
      group && {
        port: group.Port ?? 0,
        protocol: group.Protocol ?? "",
        targetType: group.TargetType ?? "",
        vpc: group.VpcId ?? "",
        loadBalancers: group.LoadBalancerArns ?? [],
      }
    );
  } catch (error) {
    throw classify(error, `describe the target group ${arn}`);
  }
}
