import type { SecurityGroup } from "@aws-sdk/client-ec2";
import type { AwsClients } from "./clients.js";
import { everyPage } from "./pages.js";

/** Those that carry a project's tag and a stack's, in which `*` stands for any text. Errors are the SDK's own. */
export async function taggedSecurityGroups(
  clients: AwsClients,
  project: string,
  stack: string,
): Promise<SecurityGroup[]> {
  const { DescribeSecurityGroupsCommand } = await import("@aws-sdk/client-ec2");
  const ec2 = await clients.ec2();
  const Filters = [
    { Name: "tag:moorage:project", Values: [project] },
    { Name: "tag:moorage:stack", Values: [stack] },
  ];
  return everyPage(
    (NextToken) => ec2.send(new DescribeSecurityGroupsCommand({ Filters, NextToken })),
    (page) => ({ items: page.SecurityGroups, next: page.NextToken }),
  );
}
