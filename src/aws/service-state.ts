import type { ECSClient, Service, Task } from "@aws-sdk/client-ecs";
import type { ServiceNow, TaskNow } from "../status/facts.js";
import { appContainer } from "./app-container.js";
import type { AwsClients } from "./clients.js";
import { classify, unlessAbsent } from "./errors.js";

/**
 * What ECS runs now of the named services, by their names in ECS; a service that is not there is left out. One call for
 * ten services and, for all tasks of the cluster together, one or two for a hundred: `status` asks about many stacks.
 */
export async function servicesNow(
  clients: AwsClients,
  cluster: string,
  names: readonly string[],
): Promise<Map<string, ServiceNow>> {
  const ecs = await clients.ecs();
  try {
    const [services, tasks] = await Promise.all([
      describeServices(ecs, cluster, names),
      runningTasks(ecs, cluster),
    ]);
    const byGroup = groupsOf(tasks);
    return new Map(
      services.map((service) => {
        const name = service.serviceName ?? "";
        return [name, serviceNow(service, byGroup.get(`service:${name}`) ?? [])];
      }),
    );
  } catch (error) {
    throw classify(error, `read the services of ${cluster}`);
  }
}

/** DescribeServices takes ten names a call. */
async function describeServices(
  ecs: ECSClient,
  cluster: string,
  names: readonly string[],
): Promise<Service[]> {
  const { DescribeServicesCommand } = await import("@aws-sdk/client-ecs");
  const found: Service[] = [];
  for (let first = 0; first < names.length; first += 10) {
    const command = new DescribeServicesCommand({ cluster, services: names.slice(first, first + 10) });
    const answer = await unlessAbsent(ecs.send(command), "ClusterNotFoundException");
    found.push(...(answer?.services ?? []));
  }
  return found.filter(({ status }) => status === "ACTIVE");
}

/** Tasks that are to run, of the whole cluster; DescribeTasks takes a hundred a call. */
async function runningTasks(ecs: ECSClient, cluster: string): Promise<Task[]> {
  const { DescribeTasksCommand, ListTasksCommand } = await import("@aws-sdk/client-ecs");
  const tasks: Task[] = [];
  let nextToken: string | undefined;
  do {
    const listed = await unlessAbsent(
      ecs.send(new ListTasksCommand({ cluster, nextToken })),
      "ClusterNotFoundException",
    );
    const arns = listed?.taskArns ?? [];
    nextToken = listed?.nextToken;
    if (arns.length === 0) continue;
    tasks.push(...((await ecs.send(new DescribeTasksCommand({ cluster, tasks: arns }))).tasks ?? []));
  } while (nextToken !== undefined);
  return tasks;
}

/** A service's tasks carry its name as their group. */
function groupsOf(tasks: readonly Task[]): Map<string, Task[]> {
  const groups = new Map<string, Task[]>();
  for (const task of tasks) groups.set(task.group ?? "", [...(groups.get(task.group ?? "") ?? []), task]);
  return groups;
}

function serviceNow(service: Service, tasks: readonly Task[]): ServiceNow {
  const primary = service.deployments?.find(({ status }) => status === "PRIMARY");
  return {
    desired: service.desiredCount ?? 0,
    running: service.runningCount ?? 0,
    taskDefinition: primary?.taskDefinition ?? service.taskDefinition,
    rolloutState: primary?.rolloutState,
    tasks: tasks.filter(({ lastStatus }) => lastStatus === "RUNNING").map((task) => taskNow(task, service)),
  };
}

function taskNow(task: Task, service: Service): TaskNow {
  const digest = appContainer(task, service)?.imageDigest;
  return { taskDefinition: task.taskDefinitionArn ?? "", digest };
}
