import type { GetQueueAttributesCommandInput, GetQueueUrlCommandInput } from "@aws-sdk/client-sqs";
import { AwsError, type AwsService, type Site } from "../../cloud.js";
import type { QueueDepth, Queues } from "./queues.js";

/** What SQS tells of queues. Making them is the team's own, by another tool. */
export function createSqs(queues: Queues): AwsService {
  return {
    operations: {
      GetQueueUrl({ QueueName = "", QueueOwnerAWSAccountId }: GetQueueUrlCommandInput, site: Site) {
        existing(queues, QueueName);
        const account = QueueOwnerAWSAccountId ?? site.account;
        return { QueueUrl: `https://sqs.${site.region}.amazonaws.com/${account}/${QueueName}` };
      },
      GetQueueAttributes({ QueueUrl = "" }: GetQueueAttributesCommandInput) {
        const [, region, account, name] =
          /^https:\/\/sqs\.([a-z0-9-]+)\.[^/]+\/(\d{12})\/([\w.-]+)$/.exec(QueueUrl) ?? [];
        const { waiting, inWork } = existing(queues, name);
        return {
          Attributes: {
            QueueArn: `arn:aws:sqs:${region ?? ""}:${account ?? ""}:${name ?? ""}`,
            ApproximateNumberOfMessages: String(waiting),
            ApproximateNumberOfMessagesNotVisible: String(inWork),
          },
        };
      },
    },
  };
}

function existing(queues: Queues, name: string | undefined): QueueDepth {
  const depth = name === undefined ? undefined : queues.depth(name);
  if (depth === undefined) throw new AwsError("QueueDoesNotExist", "The specified queue does not exist.");
  return depth;
}
