import type { Socket } from "node:net";
import { type System, thisSystem } from "../platform/index.js";

/** Whether this system tells whose process is at the other end of a connection over loopback. */
export const tellsCallers = thisSystem().showsSocketOwners;

/**
 * Whether a connection comes from a process of this process's own user, or of root. What the system does not tell of is
 * refused.
 */
export function isOwnCaller(socket: Socket, system: System = thisSystem()): boolean | Promise<boolean> {
  if (!system.showsSocketOwners) return true;
  const { remoteAddress, remotePort, localAddress, localPort } = socket;
  if (remoteAddress === undefined || remotePort === undefined) return false;
  if (localAddress === undefined || localPort === undefined) return false;
  const caller = { address: remoteAddress, port: remotePort };
  return system.isOwnSocket(caller, { address: localAddress, port: localPort });
}
