import type { CapacityProviderStrategyItem, DeploymentConfiguration } from "@aws-sdk/client-ecs";
import type { TargetGroups } from "../../ports.js";
import { clientError, invalid } from "./errors.js";
import { fargateLaunch } from "./fargate.js";
import type { ClusterRow, RevisionConfig, ServiceSettings, TaskDefinitionRow } from "./rows.js";

const namePattern = /^[a-zA-Z0-9_-]{1,255}$/;
const largestGrace = 2_147_483_647;

export function checkServiceName(name: string | undefined): string {
  if (name === undefined || !namePattern.test(name))
    throw invalid("Invalid service name: 1 to 255 letters, digits, hyphens and underscores are allowed.");
  return name;
}

export function checkDesiredCount(count: number): number {
  if (!Number.isInteger(count) || count < 0) throw invalid("Invalid desired count: it must be 0 or more.");
  return count;
}

/**
 * The deployment configuration with AWS's defaults.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
 */
export function checkedDeploymentConfiguration(
  given: DeploymentConfiguration | undefined,
  base: DeploymentConfiguration = {},
): DeploymentConfiguration {
  const merged = { ...base, ...given };
  const { strategy = "ROLLING", minimumHealthyPercent = 100, maximumPercent = 200 } = merged;
  if (strategy !== "ROLLING")
    throw invalid(`The local target does not support the deployment strategy ${strategy}.`);
  if (minimumHealthyPercent < 0 || minimumHealthyPercent > 100)
    throw invalid("minimumHealthyPercent must be between 0 and 100.");
  if (maximumPercent < 100) throw invalid("maximumPercent must be at least 100.");
  if (minimumHealthyPercent === 100 && maximumPercent === 100)
    throw invalid(
      "Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.",
    );
  const breaker = merged.deploymentCircuitBreaker ?? { enable: false, rollback: false };
  checkThreshold(breaker.thresholdConfiguration);
  return {
    ...merged,
    strategy,
    minimumHealthyPercent,
    maximumPercent,
    deploymentCircuitBreaker: breaker,
    bakeTimeInMinutes: merged.bakeTimeInMinutes ?? 0,
  };
}

/**
 * Zone rebalancing starts a task before it stops one. Source: ECS developer guide, "Balancing an Amazon ECS service across
 * Availability Zones": not with a maximum of 100 percent; CreateService: the default is ENABLED where the service allows it.
 */
export function checkedRebalancing(
  asked: "ENABLED" | "DISABLED" | undefined,
  { maximumPercent = 200 }: DeploymentConfiguration,
): "ENABLED" | "DISABLED" {
  if (asked === "ENABLED" && maximumPercent <= 100)
    throw invalid("Availability Zone rebalancing does not support a maximumPercent of 100 or less.");
  return asked ?? (maximumPercent <= 100 ? "DISABLED" : "ENABLED");
}

function checkThreshold(threshold: { type?: string; value?: number } | undefined): void {
  if (threshold === undefined) return;
  const { type, value } = threshold;
  if (!["COUNT", "BOUNDED_PERCENT", "UNBOUNDED_PERCENT"].includes(type ?? ""))
    throw invalid("thresholdConfiguration type must be COUNT, BOUNDED_PERCENT or UNBOUNDED_PERCENT.");
  if (value === undefined || !Number.isInteger(value) || value < 1)
    throw invalid("thresholdConfiguration value must be a positive integer.");
}

/** Launch type and capacity providers exclude each other; a strategy names providers of the cluster. */
export function checkedCapacity(
  cluster: ClusterRow,
  {
    launchType,
    capacityProviderStrategy,
  }: { launchType?: string; capacityProviderStrategy?: CapacityProviderStrategyItem[] },
): Pick<RevisionConfig, "launchType" | "capacityProviderStrategy"> {
  const strategy = capacityProviderStrategy?.length ? capacityProviderStrategy : undefined;
  if (launchType !== undefined && strategy)
    throw invalid(
      "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.",
    );
  const chosen =
    strategy ??
    (launchType === undefined && cluster.defaultStrategy.length > 0 ? cluster.defaultStrategy : undefined);
  for (const { capacityProvider } of chosen ?? [])
    if (!cluster.capacityProviders.includes(capacityProvider ?? ""))
      throw invalid(
        "The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster.",
      );
  checkShares(chosen ?? []);
  if (chosen) return { capacityProviderStrategy: chosen };
  if (launchType !== undefined && launchType !== fargateLaunch)
    throw invalid("No Container Instances were found in your cluster.");
  return { launchType: fargateLaunch };
}

/** Source: CapacityProviderStrategyItem. */
function checkShares(strategy: CapacityProviderStrategyItem[]): void {
  if (strategy.some(({ weight = 0 }) => weight < 0 || weight > 1_000))
    throw invalid("The weight of a capacity provider must be between 0 and 1000.");
  if (strategy.some(({ base = 0 }) => base < 0 || base > 100_000))
    throw invalid("The base of a capacity provider must be between 0 and 100000.");
  if (strategy.filter(({ base = 0 }) => base > 0).length > 1)
    throw invalid("Only one capacity provider in a strategy can have a base defined.");
  if (strategy.length > 0 && strategy.every(({ weight = 0 }) => weight === 0))
    throw invalid("At least one capacity provider in a strategy must have a weight greater than 0.");
}

/** The task definition, its network and the load balancers fit together. */
export function checkRevision(
  config: RevisionConfig,
  task: TaskDefinitionRow,
  targetGroups: TargetGroups,
): void {
  if (task.status !== "ACTIVE") throw clientError("TaskDefinition is inactive");
  const { networkMode, requiresCompatibilities, containerDefinitions } = task.definition;
  if (requiresCompatibilities?.length && !requiresCompatibilities.includes(fargateLaunch))
    throw invalid(`Task definition does not support launch_type ${fargateLaunch}.`);
  if (networkMode === "awsvpc" && !config.networkConfiguration?.awsvpcConfiguration?.subnets?.length)
    throw invalid("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  for (const { targetGroupArn, containerName, containerPort } of config.loadBalancers) {
    if (targetGroupArn === undefined) throw invalid("targetGroupArn must be specified.");
    if (!targetGroups.exists(targetGroupArn))
      throw invalid(`The target group ${targetGroupArn} does not exist.`);
    if (!targetGroups.attached(targetGroupArn))
      throw invalid(
        `The target group with targetGroupArn ${targetGroupArn} does not have an associated load balancer.`,
      );
    const container = containerDefinitions?.find(({ name }) => name === containerName);
    if (container === undefined)
      throw invalid(`The container ${containerName ?? ""} does not exist in the task definition.`);
    if (!container.portMappings?.some((mapping) => mapping.containerPort === containerPort))
      throw invalid(
        `The container ${containerName ?? ""} did not have a container port ${containerPort ?? ""} defined.`,
      );
  }
}

export function checkGrace(settings: ServiceSettings, config: RevisionConfig): void {
  const grace = settings.healthCheckGracePeriodSeconds;
  if (grace === undefined) return;
  if (grace < 0 || grace > largestGrace) throw invalid("Invalid health check grace period.");
  if (grace > 0 && config.loadBalancers.length === 0)
    throw invalid("Health check grace period is only valid for services configured to use load balancers");
}
