import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import { checkOptions } from "./container-options.js";
import { checkRouters } from "./log-routers.js";
import { clientError } from "./errors.js";

const namePattern = /^[a-zA-Z0-9_-]{1,255}$/;
/** Fargate's longest stop timeout, in seconds. */
const longestStop = 120;

/** Source: HealthCheck. Seconds, and how many failures in a row. */
export const healthCheckDefaults = { interval: 30, timeout: 5, retries: 3 };
const healthCheckRanges = {
  interval: [5, 300],
  timeout: [2, 60],
  retries: [1, 10],
  startPeriod: [0, 300],
} as const;

/** A container definition as AWS stores it: lists that were left out are empty, ports and essential are filled in. */
export function withDefaults(definition: ContainerDefinition, networkMode: string): ContainerDefinition {
  const present = Object.fromEntries(
    Object.entries(definition).filter(([, value]) => value !== undefined && value !== null),
  );
  return {
    ...present,
    ...(definition.linuxParameters && { linuxParameters: withMountOptions(definition.linuxParameters) }),
    ...(definition.healthCheck && { healthCheck: { ...healthCheckDefaults, ...definition.healthCheck } }),
    cpu: definition.cpu ?? 0,
    essential: definition.essential ?? true,
    environment: definition.environment ?? [],
    mountPoints: definition.mountPoints ?? [],
    volumesFrom: definition.volumesFrom ?? [],
    systemControls: definition.systemControls ?? [],
    portMappings: (definition.portMappings ?? []).map((mapping) => ({
      ...mapping,
      protocol: mapping.protocol ?? "tcp",
      hostPort: mapping.hostPort ?? (networkMode === "awsvpc" ? mapping.containerPort : 0),
    })),
  };
}

/** A list in it that was left out may come back empty, as AWS Batch's does. */
function withMountOptions(
  parameters: NonNullable<ContainerDefinition["linuxParameters"]>,
): ContainerDefinition["linuxParameters"] {
  const { capabilities, tmpfs } = parameters;
  return {
    ...parameters,
    ...(capabilities && { capabilities: { add: capabilities.add ?? [], drop: capabilities.drop ?? [] } }),
    ...(tmpfs && { tmpfs: tmpfs.map((mount) => ({ ...mount, mountOptions: mount.mountOptions ?? [] })) }),
  };
}

/** Throws ClientException in AWS's words. */
export function checkContainers(definitions: ContainerDefinition[] | undefined, networkMode: string): void {
  if (!definitions?.length) throw clientError("Container list cannot be empty.");
  const names = definitions.map(({ name }) => name ?? "");
  if (new Set(names).size < names.length) throw clientError("Container names must be unique.");
  if (!definitions.some(({ essential }) => essential !== false))
    throw clientError("Task definition does not have any essential containers.");
  for (const definition of definitions) checkContainer(definition, networkMode);
  const ports = definitions.flatMap(
    ({ portMappings }) => portMappings?.flatMap(({ name }) => name ?? []) ?? [],
  );
  if (new Set(ports).size < ports.length) throw clientError("Port mapping names must be unique.");
  checkDependencies(definitions);
  checkRouters(definitions);
}

/** Source: ContainerDependency: a container that is there, no circle, and no waiting for the end of an essential one. */
function checkDependencies(definitions: ContainerDefinition[]): void {
  const known = new Map(definitions.map((definition) => [definition.name, definition]));
  for (const { name = "", dependsOn = [] } of definitions) {
    for (const { containerName = "", condition } of dependsOn) {
      const other = known.get(containerName);
      if (other === undefined)
        throw clientError(
          `Container '${name}' depends on '${containerName}', which is not in the task definition.`,
        );
      if (other.essential !== false && (condition === "COMPLETE" || condition === "SUCCESS"))
        throw clientError(
          `Container '${containerName}' is essential: no container may depend on its ${condition}.`,
        );
      if (condition === "HEALTHY" && other.healthCheck === undefined)
        throw clientError(
          `Container '${containerName}' has no health check, so '${name}' cannot depend on its health.`,
        );
    }
    if (dependsOnItself(name, known)) throw clientError(`Container '${name}' depends on itself.`);
  }
}

function dependsOnItself(
  start: string,
  known: ReadonlyMap<string | undefined, ContainerDefinition>,
): boolean {
  const queue = (known.get(start)?.dependsOn ?? []).map(({ containerName }) => containerName);
  for (const name of queue) {
    if (name === start) return true;
    const next = (known.get(name)?.dependsOn ?? []).map(({ containerName }) => containerName);
    queue.push(...next.filter((one) => !queue.includes(one)));
  }
  return false;
}

function checkContainer(definition: ContainerDefinition, networkMode: string): void {
  const { name, image, environment, stopTimeout } = definition;
  if (!namePattern.test(name ?? "")) throw clientError("Invalid container name.");
  if (!image) throw clientError("Container.image should not be null or empty.");
  if (/\s/.test(image)) throw clientError(`Invalid image '${image}'.`);
  if (environment?.some((variable) => !variable.name))
    throw clientError("Environment variable names cannot be blank.");
  checkSecretNames(definition);
  if (stopTimeout !== undefined && (stopTimeout < 0 || stopTimeout > longestStop))
    throw clientError(`Stop timeout must be between 0 and ${longestStop} seconds for tasks on Fargate.`);
  checkHealthCheck(definition);
  checkOptions(definition);
  checkPorts(definition, networkMode);
  checkLogs(definition);
}

/** In AWS's words, as dagster-io/dagster#11622 and CircleCI-Public/aws-ecs-orb#210 quote them. */
function checkSecretNames({ environment = [], secrets = [] }: ContainerDefinition): void {
  const names = secrets.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw clientError(`Duplicate secret names found: ${twice}. Each secret name must be unique.`);
  const shared = environment.find(({ name }) => names.includes(name));
  if (shared !== undefined)
    throw clientError(
      `The secret name must be unique and not shared with any new or existing environment variables set on the container, such as '${shared.name ?? ""}'.`,
    );
}

/** Source: HealthCheck. */
function checkHealthCheck({ healthCheck }: ContainerDefinition): void {
  if (healthCheck === undefined) return;
  const [form, ...words] = healthCheck.command ?? [];
  if ((form !== "CMD" && form !== "CMD-SHELL") || words.length === 0)
    throw clientError("Container.healthCheck.command must start with CMD or CMD-SHELL, and name a command.");
  for (const [name, [least, most]] of Object.entries(healthCheckRanges)) {
    const value = healthCheck[name as keyof typeof healthCheckRanges];
    if (value !== undefined && (value < least || value > most))
      throw clientError(`Container.healthCheck.${name} must be between ${least} and ${most}, got ${value}.`);
  }
}

/** Source: PortMapping, `name` and `appProtocol`. */
const portName = /^[a-z0-9_][a-z0-9_-]{0,63}$/;
const appProtocols: readonly string[] = ["http", "http2", "grpc"];

function checkPorts({ portMappings }: ContainerDefinition, networkMode: string): void {
  for (const { containerPort, hostPort, name, appProtocol } of portMappings ?? []) {
    if (name !== undefined && !portName.test(name)) throw clientError(`Invalid port mapping name '${name}'.`);
    if (appProtocol !== undefined && !appProtocols.includes(appProtocol))
      throw clientError(`Invalid appProtocol '${appProtocol as string}': it must be http, http2 or grpc.`);
    if (containerPort === undefined || containerPort < 1 || containerPort > 65_535)
      throw clientError(
        `Invalid 'containerPort' setting '${containerPort ?? ""}': it must be between 1 and 65535.`,
      );
    if (networkMode === "awsvpc" && hostPort !== undefined && hostPort !== 0 && hostPort !== containerPort)
      throw clientError(
        "When networkMode=awsvpc, the host ports and container ports in port mappings must match.",
      );
  }
}

function checkLogs({ logConfiguration }: ContainerDefinition): void {
  if (logConfiguration?.logDriver !== "awslogs") return;
  for (const option of ["awslogs-group", "awslogs-region", "awslogs-stream-prefix"])
    if (!logConfiguration.options?.[option])
      throw clientError(`Log driver awslogs requires option '${option}' for tasks on Fargate.`);
}
