import { createHash } from "node:crypto";
import { type Machine, type Room, thisMachine } from "./machine.js";
import { unknown, type ProcessVerdict } from "./process.js";

/** A process in a few letters, for the names of files: `<room>-<pid>-<start>`, the first and the last as hashes. */
export function markProcess(pid: number, machine: Machine = thisMachine()): string {
  return [roomOf(machine.room()), pid, hash(machine.look(pid)?.start)].join("-");
}

/** Whether the process that a name begins with lives: gone only where it ran in this very room, like `judgeProcess`. */
export function judgeMark(name: string, machine: Machine = thisMachine()): ProcessVerdict {
  const [, room, pid, start] = /^([0-9a-f]{12})-(\d+)-([0-9a-f]{12})(?:-|$)/.exec(name) ?? [];
  if (room === undefined || room !== roomOf(machine.room())) return unknown("it ran elsewhere");
  const seen = machine.look(Number(pid));
  if (seen === undefined) return { is: "gone" };
  if (seen.start === undefined) return unknown("this system does not show when that process started");
  return { is: hash(seen.start) === start ? "lives" : "gone" };
}

function roomOf(room: Room | undefined): string {
  return hash(room && [room.machine, room.boot, room.pidNamespace].join("\n"));
}

function hash(text: string | undefined): string {
  return text === undefined ? "unknown" : createHash("sha256").update(text).digest("hex").slice(0, 12);
}
