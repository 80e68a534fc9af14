import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";
import { bounds } from "../../../core/bounds.js";
import { machineId } from "./machine-id.js";

/** Which processes a pid can be one of: those of one machine, since one boot, in one PID namespace. */
export interface Room {
  machine: string;
  boot: string;
  pidNamespace: string;
}

/** A process as its own machine sees it. */
export interface Sight {
  /** When it began, in the machine's own form: equal for the same process whenever it is asked. */
  start: string | undefined;
  /** Of its program, as far as that is known. */
  name: string | undefined;
}

/** What a machine tells of its processes. Tests play one. */
export interface Machine {
  /** This process's own; undefined where the system does not tell. */
  room(): Room | undefined;
  /** The process of that pid; undefined when there is provably none. One that has ended and was not reaped is none. */
  look(pid: number): Sight | undefined;
}

/** Starts a program and gives its output; undefined when that fails. */
export type Run = (command: string, args: readonly string[]) => string | undefined;

/** The machine that this process runs on. */
export function thisMachine(): Machine {
  return (machine ??= process.platform === "linux" ? procMachine() : psMachine(runProgram));
}

let machine: Machine | undefined;

/**
 * Linux. Start times are counted in ticks since the boot, so that neither time zone nor clock changes them
 * (man 5 proc_pid_stat, field 22); the boot has a random id, a PID namespace an inode.
 */
export function procMachine(proc = "/proc", exists = doesExist): Machine {
  const room = once(() => {
    const boot = textOf(`${proc}/sys/kernel/random/boot_id`);
    const pidNamespace = linkOf(`${proc}/self/ns/pid`);
    const id = machineId();
    return boot && pidNamespace && id ? { machine: id, boot, pidNamespace } : undefined;
  });
  // Else it shows the processes of another namespace, whose pids are not ours.
  const isOurs = once(() => linkOf(`${proc}/self`) === String(process.pid));
  return {
    room,
    look(pid) {
      if (!exists(pid)) return undefined;
      const own = pid === process.pid;
      if (!own && !isOurs()) return { start: undefined, name: undefined };
      const stat = parseStat(textOf(`${proc}/${own ? "self" : String(pid)}/stat`));
      return stat?.ended ? undefined : { start: stat?.start, name: stat?.name };
    },
  };
}

/** `4711 (node) S 1 ...`: the name may hold blanks and brackets. */
function parseStat(text: string | undefined): (Sight & { ended: boolean }) | undefined {
  const [, name, rest = ""] = /^\d+ \((.*)\) (.*)$/s.exec(text ?? "") ?? [];
  const fields = rest.split(" ");
  const start = fields[19];
  return name === undefined || start === undefined
    ? undefined
    : { name, start, ended: /^[ZXx]$/.test(fields[0] ?? "") };
}

/**
 * macOS and other systems without /proc. `ps` is asked in UTC; what it tells is what the system noted when the process
 * began, so that the text is the same whenever it is asked. The boot is known by its session's id, or by its time.
 */
export function psMachine(run: Run, exists = doesExist): Machine {
  return {
    room: once(() => {
      const boot = run("sysctl", ["-n", "kern.bootsessionuuid"]) || run("sysctl", ["-n", "kern.boottime"]);
      const id = machineId();
      return boot && id ? { machine: id, boot, pidNamespace: "none" } : undefined;
    }),
    look(pid) {
      if (!exists(pid)) return undefined;
      const text = run("ps", ["-o", "state=", "-o", "lstart=", "-o", "comm=", "-p", String(pid)]) ?? "";
      const [, state = "", start, name] =
        /^\s*(\S+)\s+(\S+\s+\S+\s+\S+\s+\S+\s+\d{4})(?:\s+(.*))?$/.exec(text) ?? [];
      if (state.startsWith("Z")) return undefined;
      return { start: start?.replace(/\s+/g, " "), name: name?.split("/").at(-1) };
    },
  };
}

/** As `Run`; one that has not ended by the bound is killed, also when it ignores SIGTERM (F39). */
export function runProgram(
  command: string,
  args: readonly string[],
  timeoutMs: number = bounds.processLook,
): string | undefined {
  try {
    const env = { ...process.env, TZ: "UTC", LC_ALL: "C" };
    return execFileSync(command, args, {
      env,
      encoding: "utf8",
      timeout: timeoutMs,
      killSignal: "SIGKILL",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return undefined;
  }
}

/** Whether there is a process of that pid, whoever it belongs to. */
function doesExist(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return undefined;
  }
}

function linkOf(file: string): string | undefined {
  try {
    return readlinkSync(file);
  } catch {
    return undefined;
  }
}

function once<Value>(find: () => Value): () => Value {
  let found: { value: Value } | undefined;
  return () => (found ??= { value: find() }).value;
}
