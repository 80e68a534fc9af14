import type { MountedFolder, Playable, ProcessUser } from "../platform/index.js";
import { resolveUser, type UserFiles } from "./image-user.js";

/** What is played of a container's user and root file system, and what is not, for people. */
export interface JudgedConfinement {
  user?: ProcessUser | undefined;
  readOnly: boolean;
  volumes: readonly MountedFolder[];
  unplayed: string[];
}

interface Asked {
  /** Of the task definition, else of the image. */
  user: string | undefined;
  readOnly: boolean;
  volumes: readonly MountedFolder[];
}

/** What a process is denied of what a container of ECS would be. */
export function judgeConfinement(
  { user, readOnly, volumes }: Asked,
  playable: Playable,
  files: UserFiles,
): JudgedConfinement {
  const judged = judgeUser(user, playable, files);
  const open = readOnly && playable.readOnly !== "";
  return {
    user: judged.user,
    readOnly: readOnly && !open,
    volumes: playable.readOnly === "" ? volumes : [],
    unplayed: [
      ...(judged.why === undefined
        ? []
        : [`runs as this machine's user, not as ${String(user)}: ${judged.why}`]),
      ...(playable.readOnly === ""
        ? []
        : volumes.map(({ path }) => `does not see its volume at ${path}: ${playable.readOnly}`)),
      ...(open ? [`may write to its root file system: ${playable.readOnly}`] : []),
    ],
  };
}

function judgeUser(
  user: string | undefined,
  playable: Playable,
  files: UserFiles,
): { user?: ProcessUser | undefined; why?: string } {
  if (user === undefined || user === "") return {};
  const known = resolveUser(user, files);
  if (playable.user !== "") return known?.uid === process.geteuid?.() ? {} : { why: playable.user };
  if (known === undefined)
    return { why: "its image, which runs on this machine's files, does not know that user" };
  return known.uid === 0 && known.gid === 0 ? {} : { user: known };
}
