import type { ServiceRegistry } from "@aws-sdk/client-ecs";
import { invalid } from "./errors.js";
import type { RevisionConfig, TaskDefinitionRow } from "./rows.js";

/** What a service's tasks are registered with; one at most. */
export function registriesOf({ other }: RevisionConfig): ServiceRegistry[] {
  return (other["serviceRegistries"] as ServiceRegistry[] | undefined) ?? [];
}

const arnPattern = /^arn:[a-z0-9-]+:servicediscovery:[a-z0-9-]+:[0-9]{12}:service\/srv-[a-z0-9]+$/;

/**
 * What ECS refuses of a service's registry. Whether Cloud Map has it is not known here: it is the team's own. Source:
 * ServiceRegistry: one a service; in awsvpc a port, or a container with its port, and not both.
 */
export function checkRegistries(config: RevisionConfig, { definition }: TaskDefinitionRow): void {
  const [registry, ...more] = registriesOf(config);
  if (registry === undefined) return;
  if (more.length > 0) throw invalid("A service can have at most one service registry.");
  const { registryArn = "", port, containerName, containerPort } = registry;
  if (!arnPattern.test(registryArn)) throw invalid(`The service registry '${registryArn}' is invalid.`);
  if (port !== undefined && (port < 1 || port > 65_535))
    throw invalid(`The service registry's port ${String(port)} is invalid: it must be between 1 and 65535.`);
  if (containerName === undefined && containerPort === undefined) return;
  if (port !== undefined)
    throw invalid(
      "A service registry has either a port, or a containerName and containerPort, and not both.",
    );
  const container = definition.containerDefinitions?.find(({ name }) => name === containerName);
  if (!container?.portMappings?.some((mapping) => mapping.containerPort === containerPort))
    throw invalid(
      `The container ${containerName ?? ""} has no container port ${String(containerPort ?? "")} in the task definition, which the service registry names.`,
    );
}
