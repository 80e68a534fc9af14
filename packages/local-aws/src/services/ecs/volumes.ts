import type { ContainerDefinition, RegisterTaskDefinitionRequest, Volume } from "@aws-sdk/client-ecs";
import type { VolumeMount } from "../../tasks/task.js";
import { clientError } from "./errors.js";

type Definition = Pick<RegisterTaskDefinitionRequest, "containerDefinitions" | "volumes">;

/** Throws ClientException in AWS's words. Sources: Volume, EFSVolumeConfiguration, EFSAuthorizationConfig, MountPoint. */
export function checkVolumes({ containerDefinitions = [], volumes = [] }: Definition): void {
  const names = volumes.map(({ name }) => name);
  if (new Set(names).size < names.length) throw clientError("Volume names must be unique.");
  for (const volume of volumes) checkFileSystem(volume);
  for (const { name, mountPoints = [] } of containerDefinitions) {
    const paths = mountPoints.map(({ containerPath }) => containerPath);
    if (new Set(paths).size < paths.length)
      throw clientError(`Container '${name ?? ""}' has two mount points at one path.`);
    for (const { sourceVolume } of mountPoints)
      if (!names.includes(sourceVolume)) throw clientError(`Unknown volume '${sourceVolume ?? ""}'.`);
  }
}

function checkFileSystem({ host, dockerVolumeConfiguration, efsVolumeConfiguration: efs }: Volume): void {
  if (host?.sourcePath !== undefined || dockerVolumeConfiguration !== undefined)
    throw clientError("Fargate does not support host paths and Docker volumes.");
  if (efs === undefined) return;
  const { accessPointId, iam } = efs.authorizationConfig ?? {};
  if (!/^fs-[0-9a-f]{8,40}$/.test(efs.fileSystemId ?? ""))
    throw clientError(`Invalid file system id '${efs.fileSystemId ?? ""}'.`);
  if ((accessPointId !== undefined || iam === "ENABLED") && efs.transitEncryption !== "ENABLED")
    throw clientError("EFS access points and IAM authorization need transit encryption to be enabled.");
  if (accessPointId !== undefined && ![undefined, "/"].includes(efs.rootDirectory))
    throw clientError("The root directory must be '/' where an EFS access point is specified.");
}

/** Each file system is one folder here; an access point is one in it, which all users may write to, as its owner could be anybody. */
export function mountsOf(
  { mountPoints = [] }: Pick<ContainerDefinition, "mountPoints">,
  volumes: readonly Volume[] = [],
): VolumeMount[] {
  return mountPoints.map(({ sourceVolume = "", containerPath = "", readOnly = false }) => {
    const efs = volumes.find(({ name }) => name === sourceVolume)?.efsVolumeConfiguration;
    const point = efs?.authorizationConfig?.accessPointId;
    return {
      volume: sourceVolume,
      path: containerPath,
      readOnly,
      ...(efs && {
        fileSystem: {
          id: efs.fileSystemId ?? "",
          folder: point ?? efs.rootDirectory ?? "/",
          isOpen: point !== undefined,
        },
      }),
    };
  });
}
