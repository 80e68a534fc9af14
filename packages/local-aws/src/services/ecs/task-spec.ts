import { healthCheckDefaults } from "./container-definitions.js";
import type { ContainerDefinition, Secret } from "@aws-sdk/client-ecs";
import type { Site } from "../../cloud.js";
import { AwsError } from "../../cloud.js";
import type { OpenNames } from "../../connect/mesh.js";
import type { ContainerSpec, TaskSpec } from "../../tasks/task.js";
import { mountsOf } from "./volumes.js";
import type { TaskDefinitionRow, TaskRow } from "./rows.js";
import { hostArchitecture } from "../../images/platform.js";
import { environmentOf } from "./rows.js";

/** Reads what a container definition's `secrets` point to: an SSM parameter's or a secret's ARN or name. */
export type SecretReader = (valueFrom: string, site: Site) => Promise<string>;

/** ECS's default, in seconds. */
const defaultStopTimeout = 30;

/** What the runner is told of a task. Throws an AwsError in ECS's words when a secret cannot be read. */
export async function taskSpec(
  task: TaskRow,
  row: TaskDefinitionRow,
  read: SecretReader | undefined,
): Promise<TaskSpec> {
  const definitions = row.definition.containerDefinitions ?? [];
  const foreign = foreignArchitecture(row.definition.runtimePlatform?.cpuArchitecture);
  const containers = await Promise.all(
    definitions.map(async (definition) => ({
      ...(await containerSpec(task, definition, read)),
      log: logOf(definition, definitions),
      unplayed: [...(isRouted(definition) ? [unrouted] : []), ...foreign],
      mounts: mountsOf(definition, row.definition.volumes),
    })),
  );
  return { id: task.id, site: task.site, containers };
}

/**
 * The task with names that lead to other services: in its hosts file, or where that is not to be had here, by variables that say
 * where they are instead.
 */
export function withNames(spec: TaskSpec, { hosts, elsewhere }: OpenNames): TaskSpec {
  const containers = spec.containers.map((container) => {
    const environment = { ...container.environment };
    for (const { variable, place, instead } of elsewhere) {
      for (const [name, value] of Object.entries(environment))
        environment[name] = value.replaceAll(`://${place}`, `://${instead}`);
      environment[variable] ??= `http://${instead}`;
    }
    return { ...container, environment };
  });
  return { ...spec, containers, hosts };
}

async function containerSpec(
  task: TaskRow,
  definition: ContainerDefinition,
  read: SecretReader | undefined,
): Promise<ContainerSpec> {
  const name = definition.name ?? "";
  const override = task.overrides.containerOverrides?.find((candidate) => candidate.name === name);
  return {
    name,
    image: definition.image ?? "",
    essential: definition.essential ?? true,
    entryPoint: definition.entryPoint,
    command: override?.command ?? definition.command,
    environment: {
      ...environmentOf(definition.environment),
      ...environmentOf(override?.environment),
      ...(await secretValues(definition.secrets ?? [], task.site, read)),
    },
    workingDirectory: definition.workingDirectory,
    stopTimeout: definition.stopTimeout ?? defaultStopTimeout,
    waitsFor: dependenciesOf(definition),
    user: definition.user,
    readOnly: definition.readonlyRootFilesystem ?? false,
    listens: (definition.portMappings ?? []).length > 0,
    containerPort: definition.portMappings?.[0]?.containerPort,
    healthCheck: healthCheckOf(definition),
    restart: restartOf(definition),
    engineOptions: engineOptions(definition),
  };
}

function dependenciesOf({ dependsOn = [] }: ContainerDefinition): ContainerSpec["waitsFor"] {
  return dependsOn.map(({ containerName = "", condition }) => ({
    container: containerName,
    condition: condition ?? "START",
  }));
}

/** Source: ContainerRestartPolicy: 300 s where it is left out. */
function restartOf({ restartPolicy }: ContainerDefinition): ContainerSpec["restart"] {
  if (restartPolicy?.enabled !== true) return undefined;
  const { ignoredExitCodes = [], restartAttemptPeriod = 300 } = restartPolicy;
  return { ignoredExitCodes, attemptPeriod: restartAttemptPeriod };
}

function engineOptions({ linuxParameters, dockerLabels, ulimits }: ContainerDefinition): string[] {
  const { capabilities, initProcessEnabled } = linuxParameters ?? {};
  return [
    ...(initProcessEnabled === true ? ["--init"] : []),
    ...(capabilities?.add ?? []).flatMap((name) => ["--cap-add", name]),
    ...(capabilities?.drop ?? []).flatMap((name) => ["--cap-drop", name]),
    ...Object.entries(dockerLabels ?? {}).flatMap(([name, value]) => ["--label", `${name}=${value}`]),
    ...(ulimits ?? []).flatMap(({ name, softLimit, hardLimit }) => [
      "--ulimit",
      `${name ?? ""}=${softLimit ?? ""}:${hardLimit ?? ""}`,
    ]),
  ];
}

function healthCheckOf({ healthCheck }: ContainerDefinition): ContainerSpec["healthCheck"] {
  if (healthCheck?.command === undefined) return undefined;
  const { command, startPeriod = 0, ...rest } = healthCheck;
  return { ...healthCheckDefaults, ...rest, command, startPeriod };
}

/** Programs of this machine play those of another kind: what its tasks run on is not rehearsed. */
function foreignArchitecture(wanted = "X86_64", host = hostArchitecture()): string[] {
  return (wanted === "ARM64" ? "arm64" : "amd64") === host
    ? []
    : [`runs on this machine's ${host}, not on ${wanted}`];
}

/** No log router is played: its lines stay where it would log itself, so that they can be read. */
const unrouted = "has its lines in its log router's log group: FireLens is not rehearsed";

function isRouted({ logConfiguration }: ContainerDefinition): boolean {
  return logConfiguration?.logDriver === "awsfirelens";
}

function logOf(definition: ContainerDefinition, all: readonly ContainerDefinition[]): ContainerSpec["log"] {
  const router = all.find(({ firelensConfiguration }) => firelensConfiguration !== undefined);
  const { logConfiguration } = isRouted(definition) ? (router ?? definition) : definition;
  const { name } = definition;
  const group = logConfiguration?.options?.["awslogs-group"];
  if (logConfiguration?.logDriver !== "awslogs" || group === undefined) return undefined;
  return { group, prefix: logConfiguration.options?.["awslogs-stream-prefix"] ?? name ?? "" };
}

async function secretValues(
  secrets: Secret[],
  site: Site,
  read: SecretReader | undefined,
): Promise<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const { name = "", valueFrom = "" } of secrets) values[name] = await readSecret(valueFrom, site, read);
  return values;
}

async function readSecret(valueFrom: string, site: Site, read: SecretReader | undefined): Promise<string> {
  try {
    if (read === undefined) throw new Error("the local target has no secrets");
    return await read(valueFrom, site);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new AwsError(
      "ResourceInitializationError",
      `ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve secret ${valueFrom}: ${why}`,
    );
  }
}
