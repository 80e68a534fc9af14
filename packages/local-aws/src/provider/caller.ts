import { readFileSync } from "node:fs";
import type { Socket } from "node:net";

/** One end of a connection, as the kernel tells it. */
export interface End {
  address: string;
  port: number;
}

/** Whether this system tells whose process is at the other end of a connection over loopback. */
export const tellsCallers = process.platform === "linux";

/**
 * Whether a connection comes from a process of this process's own user, or of root. What the kernel does not tell of is
 * refused. Only Linux can be asked: elsewhere every process of the machine is taken.
 */
export function isOwnCaller(socket: Socket): boolean {
  if (!tellsCallers) return true;
  const { remoteAddress, remotePort, localAddress, localPort } = socket;
  if (remoteAddress === undefined || remotePort === undefined) return false;
  if (localAddress === undefined || localPort === undefined) return false;
  const caller = { address: remoteAddress, port: remotePort };
  const uid = uidOf(caller, { address: localAddress, port: localPort }, kernelTables());
  return uid !== undefined && (uid === 0 || uid === process.geteuid?.());
}

/** IPv4's and IPv6's: a client's socket may be of either kind. */
function kernelTables(): string {
  return ["/proc/net/tcp", "/proc/net/tcp6"].map(readTable).join("\n");
}

/** A machine without IPv6 has no table of it. */
function readTable(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** In the kernel's table: a connection that stands. Others (closing ones) are told as root's, whoever made them. */
const established = "01";

/**
 * The user whose process holds the socket at `from` of a connection to `to`; undefined where there is none.
 * Source: https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html
 */
export function uidOf(from: End, to: End, tables: string): number | undefined {
  for (const line of tables.split("\n")) {
    const [, local = "", remote = "", state, , , , uid, , inode] = line.trim().split(/\s+/);
    if (state !== established || inode === "0" || !isEnd(local, from) || !isEnd(remote, to)) continue;
    return Number(uid);
  }
  return undefined;
}

/** `0100007F:1F90`: the address's 32-bit words in the machine's own byte order, then the port. */
function isEnd(written: string, { address, port }: End): boolean {
  const [words = "", hexPort = ""] = written.split(":");
  return parseInt(hexPort, 16) === port && addressesOf(address).includes(words);
}

/** How the tables write an IPv4 address: as itself, and as IPv6 maps it. Loopback's own address of IPv6 too. */
function addressesOf(address: string): string[] {
  if (address === "::1") return ["00000000000000000000000001000000"];
  const bytes = address
    .replace(/^::ffff:/, "")
    .split(".")
    .map(Number);
  const word = bytes
    .reverse()
    .map((byte) => byte.toString(16).padStart(2, "0").toUpperCase())
    .join("");
  return [word, `0000000000000000FFFF0000${word}`];
}
