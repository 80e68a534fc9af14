import { balancerOfListener } from "../../core/project/existing-foundation.js";
import type { AwsClients } from "./clients.js";
import { classify } from "./errors.js";
import { everyPage } from "./pages.js";

/**
 * Whether the security groups of a listener's load balancer let it out to anywhere at a port; undefined for one without groups. Raises
 * an error where they cannot be read.
 */
export async function mayReachOutside(
  clients: AwsClients,
  listener: string,
  port: number,
): Promise<boolean | undefined> {
  const arn = balancerOfListener(listener);
  try {
    const groups = await groupsOf(clients, arn);
    if (groups.length === 0) return undefined;
    const { DescribeSecurityGroupsCommand } = await import("@aws-sdk/client-ec2");
    const ec2 = await clients.ec2();
    const found = await everyPage(
      (NextToken) =>
        ec2.send(
          new DescribeSecurityGroupsCommand({
            Filters: [{ Name: "group-id", Values: groups }],
            NextToken,
          }),
        ),
      (page) => ({ items: page.SecurityGroups, next: page.NextToken }),
    );
    return found
      .flatMap(({ IpPermissionsEgress = [] }) => IpPermissionsEgress)
      .some(
        ({ IpProtocol, FromPort = 0, ToPort = 65_535, IpRanges = [] }) =>
          (IpProtocol === "-1" || (IpProtocol === "tcp" && FromPort <= port && port <= ToPort)) &&
          IpRanges.some(({ CidrIp }) => CidrIp === "0.0.0.0/0"),
      );
  } catch (error) {
    throw classify(error, `read the security groups of ${arn}`);
  }
}

async function groupsOf(clients: AwsClients, arn: string): Promise<string[]> {
  const { DescribeLoadBalancersCommand } = await import("@aws-sdk/client-elastic-load-balancing-v2");
  const command = new DescribeLoadBalancersCommand({ LoadBalancerArns: [arn] });
  const { LoadBalancers = [] } = await (await clients.elbv2()).send(command);
  return LoadBalancers[0]?.SecurityGroups ?? [];
}
