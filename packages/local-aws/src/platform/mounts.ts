import { readdirSync, readFileSync, readlinkSync, statSync, type Stats } from "node:fs";
import { dirname, join, sep } from "node:path";
import { type MountedFolder, volumeSteps } from "./volume-mounts.js";

/** How a process is to see this machine's files. */
export interface MountWish {
  /** A file in place of /etc/hosts. */
  hosts?: string | undefined;
  /** The image's folder. */
  image: string;
  /** Whether nothing can be written but `writable` and /tmp. */
  readOnly: boolean;
  writable: readonly string[];
  /** Folders that a process of another user must get at, also below one that is closed to others. */
  reach: readonly string[];
  user?: { uid: number; gid: number } | undefined;
  volumes?: readonly MountedFolder[] | undefined;
}

/** What is done in the new namespace before the process starts, in order. */
export interface MountPlan {
  steps: string[][];
}

/** A mount as the kernel tells it: where, and its own options. Source: proc_pid_mountinfo(5). */
export interface Mount {
  path: string;
  options: string;
}

/** What is asked of this machine. */
export interface Machine {
  mounts: readonly Mount[];
  /** Undefined where nothing is there. */
  look(path: string): Pick<Stats, "mode" | "uid" | "gid"> | undefined;
  list(folder: string): { name: string; kind: "folder" | "file" | "link"; target?: string }[];
}

const machineHosts = "/etc/hosts";
/** Where folders may stand while a folder above them is covered: folders that every system has, open to all. */
const stages = ["/mnt", "/srv", "/opt"];
/** Not the image's, in a container either. */
const ofTheKernel = ["/proc", "/sys", "/dev"];
const shared = "/tmp";

/** What a process sees of this machine: the wish as mounts, which only its namespace has. */
export function planMounts(wish: MountWish, machine: Machine = thisMachine()): MountPlan {
  const { hosts, user } = wish;
  const closed = user === undefined ? [] : closedFolders(wish.reach, user, machine);
  const hidden = wish.reach.filter(
    (path) => machine.look(path) !== undefined && closed.some((folder) => isBelow(path, folder)),
  );
  const kept = hidden.filter((path) => !hidden.some((other) => isBelow(path, other)));
  return {
    steps: [
      ...(hosts === undefined ? [] : [["bind", hosts, machineHosts]]),
      ...(closed.length === 0 ? [] : openings(kept, closed)),
      ...(wish.readOnly ? seals(wish, kept, closed, machine) : []),
      ...volumeSteps(
        { ...wish, volumes: wish.volumes ?? [] },
        machine,
        (path) => mountOf(path, machine).options,
      ),
    ],
  };
}

/** A closed folder is covered by an empty one that has nothing but what is to be reached. */
function openings(kept: readonly string[], closed: readonly string[]): string[][] {
  const stage = stages.find((one) => !kept.some((path) => isBelow(path, one))) ?? "/mnt";
  const place = (index: number) => join(stage, String(index));
  return [
    ["cover", stage],
    ...kept.flatMap((path, index) => [
      ["folder", place(index)],
      ["bind", path, place(index)],
    ]),
    ...closed.map((folder) => ["cover", folder]),
    ...kept.flatMap((path, index) => [
      ["folder", path],
      ["move", place(index), path],
    ]),
    ["uncover", stage],
  ];
}

/** All mounts can only be read, but those that are writable, which become mounts of their own for it. */
function seals(
  { image, writable }: MountWish,
  kept: readonly string[],
  closed: readonly string[],
  machine: Machine,
): string[][] {
  const open = [...new Set([...writable, shared])];
  const self = [...open, image].filter((path) => !kept.includes(path));
  const isOpen = (path: string) =>
    open.includes(path) || closed.some((folder) => isBelow(path, folder) || path === folder);
  const others = machine.mounts.filter(
    ({ path, options }) =>
      !isOpen(path) &&
      !ofTheKernel.some((folder) => path === folder || isBelow(path, folder)) &&
      !/^ro(,|$)/.test(options),
  );
  return [
    ...self.map((path) => ["bind", path, path]),
    ...[...new Map(others.map((mount) => [mount.path, mount])).values()].map((mount) => sealOf(mount, image)),
    sealOf({ path: image, options: mountOf(image, machine).options }, image),
  ];
}

/** What a mount is beside `rw` cannot be taken from it in a user namespace. */
function sealOf({ path, options }: Mount, image: string): string[] {
  // What is mounted below the root may not be this machine's to change.
  const verb = path === "/" || path === image ? "seal" : "try-seal";
  return [verb, options.replace(/^rw/, "ro"), path];
}

function mountOf(path: string, { mounts }: Machine): Mount {
  const above = mounts.filter((mount) => path === mount.path || isBelow(path, mount.path));
  const [nearest] = above.sort((a, b) => b.path.length - a.path.length);
  return nearest ?? { path: "/", options: "rw,relatime" };
}

/** Of each path the topmost folder above it that the user may not enter. */
function closedFolders(
  paths: readonly string[],
  user: { uid: number; gid: number },
  machine: Machine,
): string[] {
  const found = paths.flatMap((path) => {
    const above = foldersAbove(path).find((folder) => {
      const seen = machine.look(folder);
      return seen !== undefined && !mayEnter(seen, user);
    });
    return above ?? [];
  });
  return [...new Set(found)];
}

/** From the root down, without the path itself. */
function foldersAbove(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [] : [...foldersAbove(parent), parent];
}

function mayEnter(
  { mode, uid, gid }: Pick<Stats, "mode" | "uid" | "gid">,
  user: { uid: number; gid: number },
) {
  if (user.uid === 0) return true;
  if (uid === user.uid) return (mode & 0o100) !== 0;
  return (mode & (gid === user.gid ? 0o010 : 0o001)) !== 0;
}

function isBelow(path: string, folder: string): boolean {
  return path !== folder && path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

function thisMachine(): Machine {
  return {
    mounts: parseMounts(readFileSync("/proc/self/mountinfo", "utf8")),
    look: (path) => statSync(path, { throwIfNoEntry: false }),
    list: (folder) =>
      readdirSync(folder, { withFileTypes: true }).map((entry) => {
        const { name } = entry;
        if (entry.isSymbolicLink()) return { name, kind: "link", target: readlinkSync(join(folder, name)) };
        return { name, kind: entry.isDirectory() ? "folder" : "file" };
      }),
  };
}

/** `27 1 254:0 / /var/lib rw,relatime - ext4 ...`; blanks in paths are written as `\040`. */
export function parseMounts(text: string): Mount[] {
  return text.split("\n").flatMap((line) => {
    const [, , , , path, options] = line.split(" ");
    if (path === undefined || options === undefined) return [];
    const plain = path.replace(/\\([0-7]{3})/g, (_, octal: string) =>
      String.fromCharCode(parseInt(octal, 8)),
    );
    return [{ path: plain, options }];
  });
}
