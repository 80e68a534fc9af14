import type { Container, Task } from "@aws-sdk/client-ecs";
import type { AwsClients } from "./clients.js";
import { classify, unlessAbsent } from "./errors.js";
import { everyPage } from "./pages.js";
import { describeTasks } from "./tasks.js";

/** A task of a service, as whoever wants to look into it sees it. */
export interface ServiceTask {
  arn: string;
  /** The last part of its ARN. */
  id: string;
  /** `PENDING`, `RUNNING`, ... */
  lastStatus: string;
  /** Milliseconds since the epoch, by ECS's clock; 0 before it runs. */
  startedAt: number;
  /** Whether it was started with ECS Exec. */
  exec: boolean;
  containers: { name: string; runtimeId: string; agent: string | undefined }[];
}

/** Those of a service that are meant to run; none where there is no such service or cluster. */
export async function serviceTasks(
  clients: AwsClients,
  cluster: string,
  serviceName: string,
): Promise<ServiceTask[]> {
  const { ListTasksCommand } = await import("@aws-sdk/client-ecs");
  try {
    const ecs = await clients.ecs();
    const found = everyPage(
      (nextToken) => ecs.send(new ListTasksCommand({ cluster, serviceName, nextToken })),
      ({ taskArns, nextToken }) => ({ items: taskArns, next: nextToken }),
    );
    const arns = await unlessAbsent(found, "ServiceNotFoundException", "ClusterNotFoundException");
    return (await describeTasks(ecs, cluster, arns ?? [])).map(taskOf);
  } catch (error) {
    throw classify(error, `list the tasks of ${serviceName}`);
  }
}

function taskOf({
  taskArn = "",
  lastStatus = "",
  startedAt,
  enableExecuteCommand,
  containers,
}: Task): ServiceTask {
  return {
    arn: taskArn,
    id: taskArn.split("/").at(-1) ?? "",
    lastStatus,
    startedAt: startedAt?.getTime() ?? 0,
    exec: enableExecuteCommand === true,
    containers: (containers ?? []).map(containerOf),
  };
}

function containerOf({ name = "", runtimeId = "", managedAgents = [] }: Container) {
  const agent = managedAgents.find((one) => one.name === "ExecuteCommandAgent");
  return { name, runtimeId, agent: agent?.lastStatus };
}
