import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ProcessUser } from "../platform/index.js";

/** An image's own files of users and groups, as text; empty where it has none. */
export interface UserFiles {
  passwd: string;
  group: string;
}

export function userFilesOf(rootfs: string): UserFiles {
  return { passwd: textOf(join(rootfs, "etc/passwd")), group: textOf(join(rootfs, "etc/group")) };
}

/**
 * Whom `uid`, `name`, `uid:gid` or `name:group` is; undefined for a name that the image does not know. Without a group it is the
 * user's own, else root's. Source: Docker, `USER`; man 5 passwd, man 5 group.
 */
export function resolveUser(text: string, { passwd, group }: UserFiles): ProcessUser | undefined {
  const [name = "", groupName] = text.split(":");
  const row = rowsOf(passwd).find((fields) => fields[0] === name || fields[2] === name);
  const uid = numberOf(name) ?? numberOf(row?.[2]);
  const gid =
    groupName === undefined
      ? (numberOf(row?.[3]) ?? 0)
      : (numberOf(groupName) ?? numberOf(rowsOf(group).find((fields) => fields[0] === groupName)?.[2]));
  return uid === undefined || gid === undefined ? undefined : { uid, gid };
}

function rowsOf(text: string): string[][] {
  return text.split("\n").map((line) => line.split(":"));
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
