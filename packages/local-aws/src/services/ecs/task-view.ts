import type { Container, ManagedAgent, Task } from "@aws-sdk/client-ecs";
import { taskHealth } from "./task-health.js";
import { ecsArn, lastPart } from "./ids.js";
import type { Tables, TaskDefinitionRow, TaskRow } from "./rows.js";

/** A task as DescribeTasks shows it. */
export function taskView(row: TaskRow, tables: Tables, withTags: boolean): Task {
  const definition = tables.taskDefinitions[row.taskDefinitionArn]?.definition;
  return {
    taskArn: row.arn,
    clusterArn: row.clusterArn,
    taskDefinitionArn: row.taskDefinitionArn,
    group: row.group,
    startedBy: row.startedBy,
    lastStatus: row.lastStatus,
    desiredStatus: row.desiredStatus,
    launchType: row.launchType,
    ...(row.capacityProvider && { capacityProviderName: row.capacityProvider }),
    platformVersion: row.platformVersion === "LATEST" ? "1.4.0" : row.platformVersion,
    platformFamily: "Linux",
    availabilityZone: `${row.site.region}a`,
    connectivity: "CONNECTED",
    healthStatus: taskHealth(row, definition) ?? "UNKNOWN",
    cpu: definition?.cpu,
    memory: definition?.memory,
    containers: row.containers.map((container) => ({
      ...containerView(row, container),
      ...(row.exec === true && { managedAgents: [agentOf(row, container.name, definition)] }),
    })),
    attachments: [
      {
        id: row.id,
        type: "ElasticNetworkInterface",
        status: row.lastStatus === "STOPPED" ? "DELETED" : "ATTACHED",
        details: [{ name: "privateIPv4Address", value: "127.0.0.1" }],
      },
    ],
    attributes: [],
    overrides: row.overrides,
    enableExecuteCommand: row.exec ?? false,
    version: row.version,
    ...timesOf(row),
    ...(row.stopCode && { stopCode: row.stopCode }),
    ...(row.stoppedReason !== undefined && { stoppedReason: row.stoppedReason }),
    tags: withTags ? row.tags : [],
  };
}

function containerView(row: TaskRow, container: TaskRow["containers"][number]): Container {
  const { name, image, digest, port, exitCode, reason } = container;
  const started = row.startedAt !== undefined;
  return {
    containerArn: ecsArn.container(row.site, lastPart(row.clusterArn), row.id, name),
    taskArn: row.arn,
    name,
    image,
    ...(digest && { imageDigest: digest }),
    runtimeId: `${row.id}-${name}`,
    lastStatus:
      exitCode !== undefined || row.lastStatus === "STOPPED" ? "STOPPED" : started ? "RUNNING" : "PENDING",
    ...(exitCode !== undefined && { exitCode }),
    ...(reason !== undefined && { reason }),
    networkBindings: port === undefined ? [] : [{ bindIP: "127.0.0.1", hostPort: port, protocol: "tcp" }],
    networkInterfaces: [{ attachmentId: row.id, privateIpv4Address: "127.0.0.1" }],
    healthStatus: container.health ?? "UNKNOWN",
  };
}

/** ECS Exec's agent, which writes to the container's file system. Source: ECS, "ECS Exec considerations". */
export function agentOf(
  row: TaskRow,
  name: string,
  definition: TaskDefinitionRow["definition"] | undefined,
): ManagedAgent {
  const container = definition?.containerDefinitions?.find((one) => one.name === name);
  const exited = row.containers.find((one) => one.name === name)?.exitCode !== undefined;
  const isOver = exited || row.lastStatus === "STOPPED" || container?.readonlyRootFilesystem === true;
  const status = isOver ? "STOPPED" : row.lastStatus === "RUNNING" ? "RUNNING" : "PENDING";
  return {
    name: "ExecuteCommandAgent",
    lastStatus: status,
    ...(row.startedAt !== undefined && { lastStartedAt: new Date(row.startedAt) }),
  };
}

const times = [
  "createdAt",
  "pullStartedAt",
  "pullStoppedAt",
  "startedAt",
  "stoppingAt",
  "stoppedAt",
] as const;

function timesOf(row: TaskRow): Pick<Task, (typeof times)[number]> {
  return Object.fromEntries(
    times.flatMap((name) => (row[name] === undefined ? [] : [[name, new Date(row[name])]])),
  );
}
