import type { NetworkConfiguration, TaskOverride } from "@aws-sdk/client-ecs";
import { fargateLaunch } from "./fargate.js";
import { ecsArn, lastPart } from "./ids.js";
import type { RevisionConfig, ServiceRow, TaskDefinitionRow, TaskRow } from "./rows.js";

/** A task of a service, about to be started. */
export function serviceTask(
  service: ServiceRow,
  config: RevisionConfig,
  definition: TaskDefinitionRow,
  { id, deployment, now }: { id: string; deployment: string; now: number },
): TaskRow {
  const tags = { SERVICE: service.tags, TASK_DEFINITION: definition.tags, NONE: [] }[
    service.settings.propagateTags
  ];
  return {
    ...newTask(definition, service.clusterArn, id, now),
    serviceArn: service.arn,
    startedBy: deployment,
    group: `service:${service.name}`,
    launchType: fargateLaunch,
    capacityProvider: config.capacityProviderStrategy?.[0]?.capacityProvider,
    platformVersion: config.platformVersion ?? "LATEST",
    network: networkOf(config.networkConfiguration),
    exec: service.settings.enableExecuteCommand,
    tags,
  };
}

/** Fargate gives each task one network interface, in one of the subnets. */
export function networkOf(network: NetworkConfiguration | undefined): TaskRow["network"] {
  const { subnets = [], securityGroups = [] } = network?.awsvpcConfiguration ?? {};
  return subnets[0] === undefined ? undefined : { subnet: subnets[0], groups: securityGroups };
}

/** A task in PROVISIONING, as RunTask makes one. */
export function newTask(
  definition: TaskDefinitionRow,
  clusterArn: string,
  id: string,
  now: number,
  overrides: TaskOverride = {},
): TaskRow {
  const containers = definition.definition.containerDefinitions ?? [];
  return {
    arn: ecsArn.task(definition.site, lastPart(clusterArn), id),
    id,
    clusterArn,
    site: definition.site,
    group: `family:${definition.family}`,
    taskDefinitionArn: definition.arn,
    launchType: fargateLaunch,
    platformVersion: "LATEST",
    lastStatus: "PROVISIONING",
    desiredStatus: "RUNNING",
    containers: containers.map(({ name, image }) => ({ name: name ?? "", image: image ?? "" })),
    overrides,
    tags: [],
    version: 1,
    registered: false,
    targets: [],
    createdAt: now,
  };
}
