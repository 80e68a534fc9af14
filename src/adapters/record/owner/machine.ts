import { type ProcessRoom, type Sight, type System, thisSystem } from "@moorage/local-aws";
import { machineId } from "./machine-id.js";

export type { Sight };

/** Which processes a pid can be one of: those of one machine, since one boot, in one PID namespace. */
export interface Room extends ProcessRoom {
  machine: string;
}

/** What a machine tells of its processes. Tests play one. */
export interface Machine {
  /** This process's own; undefined where the system does not tell. */
  room(): Room | undefined;
  /** The process of that pid; undefined when there is provably none. One that has ended and was not reaped is none. */
  look(pid: number): Sight | undefined;
}

let machine: Machine | undefined;

/** The machine that this process runs on. */
export function thisMachine(): Machine {
  return (machine ??= machineOf(thisSystem()));
}

/** The machine that a system shows. */
export function machineOf(system: System, id: () => string | undefined = () => machineId(system)): Machine {
  let found: { room: Room | undefined } | undefined;
  const find = () => {
    const [room, own] = [system.room(), id()];
    return room && own ? { machine: own, ...room } : undefined;
  };
  return {
    room: () => (found ??= { room: find() }).room,
    look: (pid) => system.look(pid),
  };
}
