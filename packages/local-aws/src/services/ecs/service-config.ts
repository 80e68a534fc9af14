import type { CreateServiceRequest, UpdateServiceRequest } from "@aws-sdk/client-ecs";
import { invalid } from "./errors.js";
import { fargateLaunch } from "./fargate.js";
import type { ClusterRow, RevisionConfig, ServiceSettings, TaskDefinitionRow } from "./rows.js";
import { checkedCapacity, checkedDeploymentConfiguration, checkedRebalancing } from "./service-checks.js";

/** Fields that start a deployment and are shown as they came. Of these Service Connect alone acts here (connect/); registries are checked. */
const passive = [
  "serviceRegistries",
  "serviceConnectConfiguration",
  "volumeConfigurations",
  "vpcLatticeConfigurations",
] as const;

export function newRevision(
  input: CreateServiceRequest,
  cluster: ClusterRow,
  task: TaskDefinitionRow,
): RevisionConfig {
  return {
    taskDefinition: task.arn,
    ...checkedCapacity(cluster, input),
    platformVersion: input.platformVersion ?? "LATEST",
    loadBalancers: input.loadBalancers ?? [],
    networkConfiguration: withPublicIp(input.networkConfiguration),
    other: passiveFields(input),
  };
}

/**
 * The revision after an update. Every change of it starts a deployment; a new capacity provider strategy wants one forced.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
 */
export function changedRevision(
  current: RevisionConfig,
  input: UpdateServiceRequest,
  cluster: ClusterRow,
  task: TaskDefinitionRow | undefined,
): RevisionConfig {
  const next = {
    ...current,
    ...(task && { taskDefinition: task.arn }),
    ...(input.platformVersion !== undefined && { platformVersion: input.platformVersion }),
    ...(input.loadBalancers !== undefined && { loadBalancers: input.loadBalancers }),
    ...(input.networkConfiguration !== undefined && {
      networkConfiguration: withPublicIp(input.networkConfiguration),
    }),
    other: { ...current.other, ...passiveFields(input) },
  };
  if (input.capacityProviderStrategy === undefined) return next;
  const strategy = checkedCapacity(cluster, input).capacityProviderStrategy;
  if (same(strategy, current.capacityProviderStrategy)) return next;
  if (input.forceNewDeployment !== true)
    throw invalid(
      "When switching from launch type to capacity provider strategy on an existing service, or making a change to a capacity provider strategy on a service that is already using one, you must force a new deployment.",
    );
  return { ...next, launchType: strategy ? undefined : fargateLaunch, capacityProviderStrategy: strategy };
}

export function settingsOf(input: CreateServiceRequest): ServiceSettings {
  const deploymentConfiguration = checkedDeploymentConfiguration(input.deploymentConfiguration);
  return {
    deploymentConfiguration,
    healthCheckGracePeriodSeconds: input.healthCheckGracePeriodSeconds,
    availabilityZoneRebalancing: checkedRebalancing(
      input.availabilityZoneRebalancing,
      deploymentConfiguration,
    ),
    propagateTags: input.propagateTags ?? "NONE",
    enableECSManagedTags: input.enableECSManagedTags ?? false,
    enableExecuteCommand: input.enableExecuteCommand ?? false,
  };
}

/** None of these starts a deployment. */
export function changedSettings(current: ServiceSettings, input: UpdateServiceRequest): ServiceSettings {
  const deploymentConfiguration =
    input.deploymentConfiguration === undefined
      ? current.deploymentConfiguration
      : checkedDeploymentConfiguration(input.deploymentConfiguration, current.deploymentConfiguration);
  return {
    deploymentConfiguration,
    healthCheckGracePeriodSeconds:
      input.healthCheckGracePeriodSeconds ?? current.healthCheckGracePeriodSeconds,
    availabilityZoneRebalancing: checkedRebalancing(
      input.availabilityZoneRebalancing ?? current.availabilityZoneRebalancing,
      deploymentConfiguration,
    ),
    propagateTags: input.propagateTags ?? current.propagateTags,
    enableECSManagedTags: input.enableECSManagedTags ?? current.enableECSManagedTags,
    enableExecuteCommand: input.enableExecuteCommand ?? current.enableExecuteCommand,
  };
}

/** Whether two plain values say the same, whatever the order of their keys. */
export function same(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => a.localeCompare(b)))
      : part,
  );
}

function passiveFields(input: CreateServiceRequest | UpdateServiceRequest): Record<string, unknown> {
  return Object.fromEntries(
    passive.flatMap((name) => (input[name] === undefined ? [] : [[name, input[name]]])),
  );
}

/** AWS fills in `assignPublicIp` and empty lists. */
function withPublicIp(
  network: CreateServiceRequest["networkConfiguration"],
): CreateServiceRequest["networkConfiguration"] {
  const vpc = network?.awsvpcConfiguration;
  if (vpc === undefined) return undefined;
  return {
    awsvpcConfiguration: {
      subnets: vpc.subnets,
      securityGroups: vpc.securityGroups ?? [],
      assignPublicIp: vpc.assignPublicIp ?? "DISABLED",
    },
  };
}
