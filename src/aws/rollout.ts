import type { Container, Deployment, ECSClient, Service, ServiceDeployment, Task } from "@aws-sdk/client-ecs";
import type {
  DeploymentFact,
  RolloutFacts,
  ServiceDeploymentFact,
  ServiceFact,
  TaskFact,
} from "../release/rollout-facts.js";
import type { AwsClients } from "./clients.js";
import { appContainer } from "./app-container.js";
import { unlessAbsent } from "./errors.js";

/** What ECS says about one service now. Errors are the SDK's own: whoever polls decides what a failed look means (F5). */
export async function rolloutFacts(
  clients: AwsClients,
  cluster: string,
  serviceName: string,
): Promise<RolloutFacts> {
  const ecs = await clients.ecs();
  // First, so that what is told of service deployments is not older: a rollback is told from a replacement by them.
  const described = await describeService(ecs, cluster, serviceName);
  const [serviceDeployments, tasks] = await Promise.all([
    serviceDeploymentsOf(ecs, cluster, serviceName),
    tasksOf(ecs, cluster, serviceName),
  ]);
  const service = described && serviceFact(described);
  return { service, serviceDeployments, tasks: tasks.map((task) => taskFact(task, described)) };
}

/** Ids of deployments and ARNs of service deployments that are there: what a later look compares with. */
export async function knownDeployments(
  clients: AwsClients,
  cluster: string,
  serviceName: string,
): Promise<string[]> {
  const ecs = await clients.ecs();
  const [service, serviceDeployments] = await Promise.all([
    describeService(ecs, cluster, serviceName),
    serviceDeploymentsOf(ecs, cluster, serviceName),
  ]);
  return [
    ...(service?.deployments ?? []).map(({ id }) => id ?? ""),
    ...serviceDeployments.map(({ arn }) => arn),
  ];
}

/**
 * New tasks, of the task definition that the service has unless another is named: what a failed deployment needs to be
 * tried again, and a service that somebody moved to another revision.
 */
export async function forceDeployment(
  clients: AwsClients,
  cluster: string,
  service: string,
  taskDefinition?: string,
): Promise<void> {
  const { UpdateServiceCommand } = await import("@aws-sdk/client-ecs");
  const command = new UpdateServiceCommand({ cluster, service, taskDefinition, forceNewDeployment: true });
  await (await clients.ecs()).send(command);
}

const absent = ["ServiceNotFoundException", "ClusterNotFoundException"];

async function describeService(ecs: ECSClient, cluster: string, name: string): Promise<Service | undefined> {
  const { DescribeServicesCommand } = await import("@aws-sdk/client-ecs");
  const answer = await unlessAbsent(
    ecs.send(new DescribeServicesCommand({ cluster, services: [name] })),
    ...absent,
  );
  return answer?.services?.[0];
}

function serviceFact(service: Service): ServiceFact {
  return {
    status: service.status ?? "",
    desiredCount: service.desiredCount ?? 0,
    runningCount: service.runningCount ?? 0,
    pendingCount: service.pendingCount ?? 0,
    deployments: (service.deployments ?? []).map(deploymentFact),
    events: (service.events ?? []).flatMap(({ message }) => message ?? []),
  };
}

function deploymentFact(deployment: Deployment): DeploymentFact {
  return {
    id: deployment.id ?? "",
    status: deployment.status ?? "",
    taskDefinition: deployment.taskDefinition ?? "",
    rolloutState: deployment.rolloutState,
    rolloutStateReason: deployment.rolloutStateReason,
    desiredCount: deployment.desiredCount ?? 0,
    runningCount: deployment.runningCount ?? 0,
    pendingCount: deployment.pendingCount ?? 0,
    failedTasks: deployment.failedTasks ?? 0,
  };
}

/** The newest few; a read that is not permitted would hide a rollback, so it is an error. */
async function serviceDeploymentsOf(
  ecs: ECSClient,
  cluster: string,
  service: string,
): Promise<ServiceDeploymentFact[]> {
  const { DescribeServiceDeploymentsCommand, ListServiceDeploymentsCommand } =
    await import("@aws-sdk/client-ecs");
  const listed = await unlessAbsent(
    ecs.send(new ListServiceDeploymentsCommand({ cluster, service, maxResults: 5 })),
    ...absent,
  );
  const serviceDeploymentArns = (listed?.serviceDeployments ?? []).flatMap(
    (entry) => entry.serviceDeploymentArn ?? [],
  );
  if (serviceDeploymentArns.length === 0) return [];
  const { serviceDeployments = [] } = await ecs.send(
    new DescribeServiceDeploymentsCommand({ serviceDeploymentArns }),
  );
  const definitions = await targetTaskDefinitions(ecs, serviceDeployments);
  return serviceDeployments.map((entry) => ({
    arn: entry.serviceDeploymentArn ?? "",
    status: entry.status ?? "",
    statusReason: entry.statusReason,
    taskDefinition: definitions.get(entry.targetServiceRevision?.arn ?? ""),
  }));
}

async function targetTaskDefinitions(
  ecs: ECSClient,
  deployments: ServiceDeployment[],
): Promise<Map<string, string | undefined>> {
  const { DescribeServiceRevisionsCommand } = await import("@aws-sdk/client-ecs");
  const serviceRevisionArns = deployments.flatMap(
    ({ targetServiceRevision }) => targetServiceRevision?.arn ?? [],
  );
  if (serviceRevisionArns.length === 0) return new Map();
  const { serviceRevisions } = await ecs.send(
    new DescribeServiceRevisionsCommand({ serviceRevisionArns: [...new Set(serviceRevisionArns)] }),
  );
  return new Map(
    (serviceRevisions ?? []).map((revision) => [revision.serviceRevisionArn ?? "", revision.taskDefinition]),
  );
}

/** Running and stopped tasks: ECS keeps the stopped ones for about an hour, and lists them only when asked. */
async function tasksOf(ecs: ECSClient, cluster: string, serviceName: string): Promise<Task[]> {
  const { DescribeTasksCommand, ListTasksCommand } = await import("@aws-sdk/client-ecs");
  const list = async (desiredStatus: "RUNNING" | "STOPPED") =>
    (await unlessAbsent(ecs.send(new ListTasksCommand({ cluster, serviceName, desiredStatus })), ...absent))
      ?.taskArns ?? [];
  const arns = (await Promise.all([list("RUNNING"), list("STOPPED")])).flat().slice(0, 100);
  if (arns.length === 0) return [];
  const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: arns }));
  return tasks ?? [];
}

function taskFact(task: Task, service: Service | undefined): TaskFact {
  const container = appContainer(task, service);
  return {
    id: task.taskArn?.split("/").at(-1) ?? "",
    taskDefinition: task.taskDefinitionArn ?? "",
    lastStatus: task.lastStatus ?? "",
    desiredStatus: task.desiredStatus ?? "",
    digest: container?.imageDigest,
    stoppedReason: task.stoppedReason,
    stopCode: task.stopCode,
    exitCode: container?.exitCode,
    ...(container && addressOf(container)),
  };
}

function addressOf({ networkInterfaces, networkBindings }: Container): Pick<TaskFact, "address"> {
  const ip = networkInterfaces?.[0]?.privateIpv4Address;
  const port = networkBindings?.[0]?.hostPort;
  return ip === undefined ? {} : { address: { ip, ...(port !== undefined && { port }) } };
}
