import type { AwsClients } from "./clients.js";
import { unlessAbsent } from "./errors.js";

/** The last lines that a task's container wrote; none if its log stream does not exist (it never started). */
export async function lastLogLines(
  clients: AwsClients,
  { logGroup, container, task, limit }: { logGroup: string; container: string; task: string; limit: number },
): Promise<string[]> {
  const { GetLogEventsCommand } = await import("@aws-sdk/client-cloudwatch-logs");
  const logs = await clients.logs();
  const answer = await unlessAbsent(
    logs.send(
      new GetLogEventsCommand({
        logGroupName: logGroup,
        // Prefix, container and task's id. Source: ECS, "awslogs log driver", `awslogs-stream-prefix`.
        logStreamName: `ecs/${container}/${task}`,
        limit,
        startFromHead: false,
      }),
    ),
    "ResourceNotFoundException",
  );
  return (answer?.events ?? []).flatMap(({ message }) => message ?? []);
}
