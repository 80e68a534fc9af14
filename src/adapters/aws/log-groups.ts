import type { LogGroup } from "@aws-sdk/client-cloudwatch-logs";
import type { AwsClients } from "./clients.js";
import { classify, unlessAbsent } from "./errors.js";
import { everyPage } from "./pages.js";

/** The tags of a log group; undefined where there is none of that name. */
export async function logGroupTags(
  clients: AwsClients,
  name: string,
): Promise<Record<string, string> | undefined> {
  const { ListTagsForResourceCommand } = await import("@aws-sdk/client-cloudwatch-logs");
  const logs = await clients.logs();
  try {
    const found = (await logGroups(clients, name)).find(({ logGroupName }) => logGroupName === name);
    if (found === undefined) return undefined;
    // Describing gives the ARN of the group's streams; its tags are asked for without the end.
    const resourceArn = (found.logGroupArn ?? found.arn ?? "").replace(/:\*$/, "");
    const answer = await unlessAbsent(
      logs.send(new ListTagsForResourceCommand({ resourceArn })),
      "ResourceNotFoundException",
    );
    return answer && (answer.tags ?? {});
  } catch (error) {
    throw classify(error, `look at the log group ${name}`);
  }
}

/** All whose names begin so, which others may. Errors are the SDK's own. */
export async function logGroups(clients: AwsClients, logGroupNamePrefix: string): Promise<LogGroup[]> {
  const { DescribeLogGroupsCommand } = await import("@aws-sdk/client-cloudwatch-logs");
  const logs = await clients.logs();
  return everyPage(
    (nextToken) => logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix, nextToken })),
    (page) => ({ items: page.logGroups, next: page.nextToken }),
  );
}
