import { type Machine, type Room, thisMachine } from "./machine.js";

/** What was noted of a process, so that it can be told later whether it still lives. Older notes lack parts. */
export interface NotedProcess extends Partial<Room> {
  pid: number;
  /** When it began, as its own machine says it. */
  start?: string;
}

/** Whether a process still lives. `unknown` is never taken for `gone`; `why` completes "whether it lives cannot be told: ...". */
export type ProcessVerdict = { is: "lives" } | { is: "gone" } | { is: "unknown"; why: string };

/** A process of this machine, as it is noted. What the system does not tell is left out. */
export function noteProcess(pid: number, machine: Machine = thisMachine()): NotedProcess {
  const start = machine.look(pid)?.start;
  return { pid, ...machine.room(), ...(start !== undefined && { start }) };
}

/**
 * Whether a process that was noted still lives. It is gone only where everything about it is known and it belongs to this
 * very machine, boot and PID namespace, in which its pid is nobody's or another one's by now. No clock, time zone, host name
 * or user has a part in it.
 */
export function judgeProcess(noted: NotedProcess, machine: Machine = thisMachine()): ProcessVerdict {
  const here = machine.room();
  const { pid, start } = noted;
  if (here === undefined) return unknown("this system does not show enough about its processes");
  if (noted.machine === undefined || noted.boot === undefined || noted.pidNamespace === undefined || !start) {
    return unknown("not enough was recorded about it");
  }
  if (noted.machine !== here.machine) return unknown("it ran on another machine");
  if (noted.boot !== here.boot)
    return unknown("it ran before a restart of its machine, or on a copy of this one");
  if (noted.pidNamespace !== here.pidNamespace) return unknown("it ran in another container of this machine");
  const seen = machine.look(pid);
  if (seen === undefined) return { is: "gone" };
  if (seen.start === undefined) return unknown("this system does not show when that process started");
  return { is: seen.start === start ? "lives" : "gone" };
}

export function unknown(why: string): ProcessVerdict {
  return { is: "unknown", why };
}
