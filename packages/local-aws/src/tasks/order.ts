import type { ContainerExit, ContainerSpec } from "./task.js";

/** Why a container does not start whose dependency never was healthy, or ended before. Source: the same place. */
export function neverHealthy(container: string, dependency: string, ended: boolean): string {
  const dependencyText = `container ordering dependency [${dependency}] for target [${container}]`;
  return ended
    ? `dependency graph: failed to resolve the ${dependencyText} as dependency ended before it was healthy.`
    : `dependency graph: ${dependencyText} has timed out.`;
}

/** Containers so that each comes after those it waits for; otherwise in the order of the task definition. */
export function startOrder(containers: readonly ContainerSpec[]): ContainerSpec[] {
  const ordered = new Set<ContainerSpec>();
  const visit = (container: ContainerSpec) => {
    if (ordered.has(container)) return;
    for (const { container: name } of container.waitsFor)
      for (const other of containers) if (other.name === name) visit(other);
    ordered.add(container);
  };
  containers.forEach(visit);
  return [...ordered];
}

/**
 * Why a container can never start, in the agent's words; undefined where nothing is in its way. Source: amazon-ecs-agent,
 * `dependencygraph`.
 */
export function failedDependency(
  container: ContainerSpec,
  exits: readonly ContainerExit[],
): string | undefined {
  const failed = container.waitsFor.find(
    ({ container: name, condition }) =>
      condition === "SUCCESS" && exits.some((exit) => exit.name === name && exit.exitCode !== 0),
  );
  return failed === undefined
    ? undefined
    : `dependency graph: failed to resolve the container ordering dependency [${failed.container}] for target [${container.name}] as dependency did not exit successfully.`;
}
