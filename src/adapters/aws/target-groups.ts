import type { TagDescription, TargetGroup } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { AwsClients } from "./clients.js";
import { classify, unlessAbsent } from "./errors.js";
import { tagsOf, type Tags } from "./lookup/finding.js";
import { everyPage, inChunks } from "./pages.js";

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

/** All of the account's region, or those of one load balancer. Errors are the SDK's own. */
export async function targetGroups(clients: AwsClients, LoadBalancerArn?: string): Promise<TargetGroup[]> {
  const { DescribeTargetGroupsCommand } = await import("@aws-sdk/client-elastic-load-balancing-v2");
  const elbv2 = await clients.elbv2();
  return everyPage(
    (Marker) => elbv2.send(new DescribeTargetGroupsCommand({ LoadBalancerArn, Marker })),
    ({ TargetGroups, NextMarker }) => ({ items: TargetGroups, next: NextMarker }),
  );
}

/** What ELB says of a load balancer, listener, target group or rule that is not there. */
export const balancingGone = ["LoadBalancer", "Listener", "TargetGroup", "Rule"].flatMap((kind) => [
  `${kind}NotFoundException`,
  `${kind}NotFound`,
]);

/**
 * The tags of load balancers' resources, by ARN, however many; those that are gone are left out, though AWS refuses a call that
 * names one. Errors are the SDK's own.
 */
export async function balancingTags(
  clients: AwsClients,
  arns: readonly string[],
): Promise<Map<string, Tags>> {
  const { DescribeTagsCommand } = await import("@aws-sdk/client-elastic-load-balancing-v2");
  const elbv2 = await clients.elbv2();
  const described = await inChunks("DescribeTags", arns, async function ask(some): Promise<TagDescription[]> {
    const send = elbv2.send(new DescribeTagsCommand({ ResourceArns: [...some] }));
    const answer = await unlessAbsent(send, ...balancingGone);
    if (answer !== undefined) return answer.TagDescriptions ?? [];
    if (some.length === 1) return [];
    return (await Promise.all(some.map((arn) => ask([arn])))).flat();
  });
  return new Map(described.map(({ ResourceArn = "", Tags: tags }) => [ResourceArn, tagsOf(tags)]));
}
