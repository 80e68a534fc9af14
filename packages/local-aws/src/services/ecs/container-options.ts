import type { ContainerDefinition, RegisterTaskDefinitionRequest } from "@aws-sdk/client-ecs";
import { clientError } from "./errors.js";

/** Throws ClientException where Fargate does not take what a container asks for. */
export function checkOptions(definition: ContainerDefinition): void {
  const { linuxParameters, restartPolicy, ulimits, memory, memoryReservation, environmentFiles } = definition;
  // Source: KernelCapabilities.
  const added = linuxParameters?.capabilities?.add?.find((capability) => capability !== "SYS_PTRACE");
  if (added !== undefined)
    throw clientError(`Fargate only supports adding the capability SYS_PTRACE, got ${added}.`);
  // Source: LinuxParameters: not with Fargate.
  for (const name of ["devices", "maxSwap", "sharedMemorySize", "swappiness"] as const)
    if (linuxParameters?.[name] !== undefined && linuxParameters[name] !== null)
      throw clientError(`Fargate does not support linuxParameters.${name}.`);
  checkRestartPolicy(restartPolicy);
  // Source: Fargate, "Task resource limits".
  for (const { name, softLimit = 0, hardLimit = 0 } of ulimits ?? []) {
    if (name !== "nofile") throw clientError(`Fargate only supports the ulimit nofile, got ${name ?? ""}.`);
    if (softLimit > hardLimit)
      throw clientError("The soft limit of a ulimit must not exceed its hard limit.");
  }
  // Source: ContainerDefinition, `memory`, `memoryReservation`.
  for (const size of [memory, memoryReservation])
    if (size !== undefined && size < 6) throw clientError("Container memory must be at least 6 MiB.");
  if (memory !== undefined && memoryReservation !== undefined && memoryReservation >= memory)
    throw clientError("Container memory must be greater than its memoryReservation.");
  // There is no S3 here that tasks could read from.
  if (environmentFiles?.length) throw clientError("The local target does not support environmentFiles.");
}

/** Source: ContainerRestartPolicy. */
function checkRestartPolicy(policy: ContainerDefinition["restartPolicy"]): void {
  if (policy === undefined) return;
  const { ignoredExitCodes = [], restartAttemptPeriod: period } = policy;
  if (ignoredExitCodes.length > 50) throw clientError("A restart policy takes at most 50 ignoredExitCodes.");
  if (period !== undefined && (period < 60 || period > 1800))
    throw clientError(`restartAttemptPeriod must be between 60 and 1800 seconds, got ${period}.`);
}

/** What the containers ask for fits into the task. Sources: ContainerDefinition, `cpu`; EphemeralStorage. */
export function checkTaskSize(
  input: Pick<RegisterTaskDefinitionRequest, "containerDefinitions" | "ephemeralStorage">,
  task: { cpu: number; memory: number },
): void {
  const containers = input.containerDefinitions ?? [];
  const cpu = containers.reduce((total, container) => total + (container.cpu ?? 0), 0);
  if (cpu > task.cpu) throw clientError("Invalid 'cpu' setting for task: its containers need more.");
  const memory = containers.reduce((total, one) => total + (one.memoryReservation ?? one.memory ?? 0), 0);
  if (memory > task.memory) throw clientError("Invalid 'memory' setting for task: its containers need more.");
  const size = input.ephemeralStorage?.sizeInGiB;
  if (size !== undefined && (size < 21 || size > 200))
    throw clientError(`Ephemeral storage must be between 21 and 200 GiB, got ${size}.`);
}
