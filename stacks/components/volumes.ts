import type { Mounts, Volume } from "../../src/core/project/volumes.js";
import { byName } from "./container-options.js";

/** A container's mount points as ECS gives them back. */
export function mountPoints(mounts: Mounts): object[] {
  return Object.entries(mounts)
    .sort(byName)
    .map(([sourceVolume, { path, readOnly }]) => ({ containerPath: path, readOnly, sourceVolume }));
}

/** A task's volumes; undefined where it has none. Source: TaskDefinition, `volumes`. */
export function taskVolumes(volumes: Record<string, Volume>) {
  const named = Object.entries(volumes).sort(byName);
  if (named.length === 0) return undefined;
  return named.map(([name, { efs }]) => ({
    name,
    ...(efs && {
      efsVolumeConfiguration: {
        fileSystemId: efs.id,
        rootDirectory: efs.rootDirectory ?? "/",
        transitEncryption: efs.encrypted ? "ENABLED" : "DISABLED",
        ...((efs.accessPoint !== undefined || efs.iam) && {
          authorizationConfig: {
            ...(efs.accessPoint !== undefined && { accessPointId: efs.accessPoint }),
            iam: efs.iam ? "ENABLED" : "DISABLED",
          },
        }),
      },
    }),
  }));
}
