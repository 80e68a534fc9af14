import type { ECSClient, Service, Task } from "@aws-sdk/client-ecs";
import type { ServiceNow, TaskNow } from "./status-facts.js";
import { appContainer } from "./app-container.js";
import type { AwsClients } from "./clients.js";
import { describeServices } from "./described-services.js";
import { classify } from "./errors.js";
import { everyPage } from "./pages.js";
import { describeTasks } from "./tasks.js";

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
    const [{ services }, tasks] = await Promise.all([
      describeServices(ecs, cluster, names),
      runningTasks(ecs, cluster),
    ]);
    const byGroup = groupsOf(tasks);
    return new Map(
      services
        .filter(({ status }) => status === "ACTIVE")
        .map((service) => {
          const name = service.serviceName ?? "";
          return [name, serviceNow(service, byGroup.get(`service:${name}`) ?? [])];
        }),
    );
  } catch (error) {
    throw classify(error, `read the services of ${cluster}`);
  }
}

/** Tasks that are to run, of the whole cluster. */
async function runningTasks(ecs: ECSClient, cluster: string): Promise<Task[]> {
  const { ListTasksCommand } = await import("@aws-sdk/client-ecs");
  const arns = await everyPage(
    (nextToken) => ecs.send(new ListTasksCommand({ cluster, nextToken })),
    ({ taskArns, nextToken }) => ({ items: taskArns, next: nextToken }),
  );
  return describeTasks(ecs, cluster, arns);
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
  const isUnhealthy = task.healthStatus === "UNHEALTHY";
  return { taskDefinition: task.taskDefinitionArn ?? "", digest, ...(isUnhealthy && { isUnhealthy }) };
}
