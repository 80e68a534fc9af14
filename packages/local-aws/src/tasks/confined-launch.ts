import { chmodSync } from "node:fs";
import { delimiter, dirname } from "node:path";
import { confine } from "../platform/index.js";
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
  { playable, unplayed }: Pick<Workshop, "playable" | "unplayed">,
): Promise<JudgedConfinement> {
  const asked = { user: user ?? config.User, readOnly };
  if (!asked.user && !readOnly) return { readOnly: false, unplayed: [] };
  const judged = judgeConfinement(asked, await playable(), userFilesOf(rootfs));
  for (const line of judged.unplayed) unplayed.add(`${name} ${line}`);
  return judged;
}

interface Confinement extends Pick<JudgedConfinement, "user" | "readOnly"> {
  hosts: string | undefined;
  image: string;
  scratch: string;
}

/** The launch with what its process is denied; as it is where that is nothing. */
export function confined(launch: Launch, confinement: Confinement): Launch {
  const { user, readOnly, hosts, image, scratch } = confinement;
  if (user === undefined && !readOnly && hosts === undefined) return launch;
  // Other containers of the task may be other users.
  if (user !== undefined) chmodSync(scratch, 0o1777);
  const reach = user === undefined ? [] : [image, scratch, ...programsOf(launch)];
  return { ...launch, ...confine({ ...launch, user, readOnly, hosts, image, writable: [scratch], reach }) };
}

/** Where this machine keeps its programs, which may be below a folder that is closed to others: `~/.nvm/versions/node/v20`. */
function programsOf({ env }: Launch): string[] {
  const folders = (env.PATH ?? "").split(delimiter).filter((folder) => folder.endsWith("/bin"));
  return [...new Set(folders.map(dirname))].filter((folder) => folder !== "/" && folder !== "/usr");
}
