import type { AwsClients } from "./clients.js";
import { classify, unlessAbsent } from "./errors.js";

/** The tags of a log group; undefined where there is none of that name. */
export async function logGroupTags(
  clients: AwsClients,
  name: string,
): Promise<Record<string, string> | undefined> {
  const { DescribeLogGroupsCommand, ListTagsForResourceCommand } =
    await import("@aws-sdk/client-cloudwatch-logs");
  const logs = await clients.logs();
  try {
    const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name }));
    const found = logGroups.find(({ logGroupName }) => logGroupName === name);
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
