import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { MountedFolder } from "../platform/index.js";
import type { ContainerSpec, TaskSpec } from "./task.js";

/**
 * The folders that a container sees: of a file system one that all tasks share and that stays; of other volumes one of the task, which
 * goes with it.
 */
export function openVolumes(
  { site }: Pick<TaskSpec, "site">,
  { mounts = [] }: Pick<ContainerSpec, "mounts">,
  { scratch, fileSystems }: { scratch: string; fileSystems: string },
): MountedFolder[] {
  return mounts.map(({ volume, path, readOnly, fileSystem }) => {
    const source =
      fileSystem === undefined
        ? join(scratch, ".volumes", volume)
        : join(fileSystems, `${site.account}-${site.region}`, fileSystem.id, join("/", fileSystem.folder));
    mkdirSync(source, { recursive: true });
    if (fileSystem?.isOpen === true) chmodSync(source, 0o1777);
    return { source, path, readOnly };
  });
}
