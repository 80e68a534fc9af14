import { chmodSync, mkdirSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { confine, type MountedFolder } from "../platform/index.js";
import type { UnpackedImage } from "../ports.js";
import { userFilesOf } from "./image-user.js";
import { type JudgedConfinement, judgeConfinement } from "./judge-confinement.js";
import type { Launch } from "./launch.js";
import type { Workshop } from "./runner.js";
import type { ContainerSpec } from "./task.js";

/** What its process is denied here; what is not played of it is noted for people. */
export async function confinementOf(
  { name, user, readOnly }: ContainerSpec,
  { config, rootfs }: UnpackedImage,
  {
    playable,
    unplayed,
    volumes,
  }: Pick<Workshop, "playable" | "unplayed"> & { volumes: readonly MountedFolder[] },
): Promise<JudgedConfinement> {
  const asked = { user: user ?? config.User, readOnly, volumes };
  if (!asked.user && !readOnly && volumes.length === 0) return { readOnly: false, volumes: [], unplayed: [] };
  const judged = judgeConfinement(asked, await playable(), userFilesOf(rootfs));
  for (const line of judged.unplayed) unplayed.add(`${name} ${line}`);
  return judged;
}

interface Confinement extends Pick<JudgedConfinement, "user" | "readOnly" | "volumes"> {
  hosts: string | undefined;
  image: string;
  scratch: string;
}

/** The launch with what its process is denied; as it is where that is nothing. */
export function confined(launch: Launch, confinement: Confinement): Launch {
  const { user, readOnly, hosts, image, scratch, volumes } = confinement;
  if (user === undefined && !readOnly && hosts === undefined && volumes.length === 0) return launch;
  // Where they are mounted has to be there, as in a container.
  for (const { path } of volumes) mkdirSync(join(image, path), { recursive: true });
  const sources = volumes.map(({ source }) => source);
  // Other containers of the task may be other users.
  if (user !== undefined) chmodSync(scratch, 0o1777);
  const reach = user === undefined ? [] : [image, scratch, ...sources, ...programsOf(launch)];
  const writable = [scratch, ...sources];
  return { ...launch, ...confine({ ...launch, user, readOnly, hosts, image, writable, reach, volumes }) };
}

/** Where this machine keeps its programs, which may be below a folder that is closed to others: `~/.nvm/versions/node/v20`. */
function programsOf({ env }: Launch): string[] {
  const folders = (env.PATH ?? "").split(delimiter).filter((folder) => folder.endsWith("/bin"));
  return [...new Set(folders.map(dirname))].filter((folder) => folder !== "/" && folder !== "/usr");
}
