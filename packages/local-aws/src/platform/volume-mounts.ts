import { dirname, join } from "node:path";
import type { Machine } from "./mounts.js";

/** A folder of this machine that a process sees elsewhere. */
export interface MountedFolder {
  source: string;
  path: string;
  readOnly: boolean;
}

interface Wish {
  image: string;
  readOnly: boolean;
  volumes: readonly MountedFolder[];
}

/** Of each volume: in the image's folder, and at its own path, for which the process gets a root of its own where this machine has no such folder. */
export function volumeSteps(
  { image, readOnly, volumes }: Wish,
  machine: Machine,
  options: (path: string) => string,
): string[][] {
  const bind = ({ source, readOnly: sealed }: MountedFolder, at: string): string[][] => [
    ["bind", source, at],
    ...(sealed ? [["seal", options(source).replace(/^rw/, "ro"), at]] : []),
  ];
  const missing = volumes.filter(({ path }) => machine.look(path) === undefined);
  const present = volumes.filter((one) => !missing.includes(one));
  return [
    ...volumes.flatMap((one) => bind(one, join(image, one.path))),
    ...present.flatMap((one) => bind(one, one.path)),
    ...(missing.length === 0 ? [] : ownRoot(missing, readOnly, machine, bind)),
  ];
}

/** A root whose folders are this machine's, and which has the missing ones besides. */
function ownRoot(
  missing: readonly MountedFolder[],
  readOnly: boolean,
  machine: Machine,
  bind: (one: MountedFolder, at: string) => string[][],
): string[][] {
  const stage = emptyFolder(machine);
  const opened = new Set(missing.flatMap(({ path }) => existingAbove(path, machine)));
  return [
    ["cover", stage],
    ...copyOf("/", stage, stage, opened, machine),
    ...missing.flatMap((one) => [["folder", join(stage, one.path)], ...bind(one, join(stage, one.path))]),
    ...(readOnly ? [["seal", "ro", stage]] : []),
    ["root", stage],
  ];
}

/** The folder's entries as they are; those that must be added to are made anew. */
function copyOf(
  folder: string,
  at: string,
  stage: string,
  opened: ReadonlySet<string>,
  machine: Machine,
): string[][] {
  return machine.list(folder).flatMap(({ name, kind, target }): string[][] => {
    const [from, to] = [join(folder, name), join(at, name)];
    if (from === stage) return [["folder", to]];
    if (kind === "link") return [["link", target ?? "", to]];
    if (kind === "file") return [["file", from, to]];
    if (opened.has(from)) return [["folder", to], ...copyOf(from, to, stage, opened, machine)];
    return [
      ["folder", to],
      ["bind", from, to],
    ];
  });
}

/** The folders above a path that this machine has. */
function existingAbove(path: string, machine: Machine): string[] {
  const parent = dirname(path);
  if (parent === path) return [];
  return [...existingAbove(parent, machine), ...(machine.look(parent) === undefined ? [] : [parent])];
}

const stages = ["/srv", "/mnt", "/media", "/opt"];

function emptyFolder(machine: Machine): string {
  const there = stages.filter((one) => machine.look(one) !== undefined);
  return there.find((one) => machine.list(one).length === 0) ?? there[0] ?? "/mnt";
}
