import type { Sidecar } from "../../src/core/project/service-sidecars.js";

/**
 * A size in MiB; it counts towards the task's memory. The options are given because the provider tells a list that is left out
 * from an empty one here. Source: terraform-provider-aws, internal/service/ecs/container_definitions.go, `reduce`.
 */
const scratch = { containerPath: "/tmp", mountOptions: ["rw"], size: 64 };

type Startup = Pick<
  Sidecar,
  "command" | "dependsOn" | "entrypoint" | "healthcheck" | "labels" | "limits" | "restartPolicy"
>;

/** How a container is started, watched and sized, as ECS gives it back; what is not asked for is left out. */
export function startup(container: Startup): object {
  const { command, dependsOn, entrypoint, healthcheck, labels, limits, restartPolicy } = container;
  const conditions = Object.entries(dependsOn).sort(byName);
  const named = Object.entries(labels).sort(byName);
  return {
    ...(command && { command }),
    ...(entrypoint && { entryPoint: entrypoint }),
    ...(healthcheck && { healthCheck: checkOf(healthcheck) }),
    ...(named.length > 0 && { dockerLabels: Object.fromEntries(named) }),
    ...limits,
    ...(restartPolicy && {
      restartPolicy: {
        enabled: true,
        ignoredExitCodes: restartPolicy.ignoredExitCodes,
        restartAttemptPeriod: restartPolicy.attemptPeriod,
      },
    }),
    ...(conditions.length > 0 && {
      dependsOn: conditions.map(([containerName, condition]) => ({ condition, containerName })),
    }),
  };
}

/** A start period of 0 is none. */
function checkOf({ startPeriod, ...check }: NonNullable<Sidecar["healthcheck"]>): object {
  return { ...check, ...(startPeriod > 0 && { startPeriod }) };
}

type Confinement = Pick<Sidecar, "capabilities" | "init" | "readOnly" | "ulimits" | "user">;

/**
 * The image's own user and a root that can be written, unless the configuration says otherwise; with a root that can only be
 * read, /tmp stays writable. Source: ContainerDefinition, `readonlyRootFilesystem`, `user`; LinuxParameters, `tmpfs` (on Fargate
 * since January 2026).
 */
export function confinement(container: Confinement, exec: boolean): object {
  const { capabilities, init, readOnly, ulimits, user } = container;
  const linuxParameters = {
    ...(capabilities && { capabilities: { add: capabilities.add, drop: capabilities.drop } }),
    // Reaps what a shell leaves behind. Source: ECS Exec, considerations.
    ...((exec || init) && { initProcessEnabled: true }),
    ...(readOnly && { tmpfs: [scratch] }),
  };
  return {
    ...(Object.keys(linuxParameters).length > 0 && { linuxParameters }),
    readonlyRootFilesystem: readOnly,
    ...(ulimits && {
      ulimits: [{ hardLimit: ulimits.nofile.hard, name: "nofile", softLimit: ulimits.nofile.soft }],
    }),
    ...(user !== "image" && { user }),
  };
}

/** By code unit, so that the order is the same on every machine. */
export function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
