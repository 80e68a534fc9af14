/**
 * All that differs between Linux and macOS: processes, signals, sockets, paths. Nothing else asks for the platform, reads
 * `/proc` or starts `ps` (test/structure/platform.test.ts).
 */

export { confine, type Playable, playableFinder, type ProcessUser } from "./confinement.js";
export { hostsFile, type OwnHosts, ownHostsFinder } from "./own-hosts.js";
export type { MountedFolder } from "./volume-mounts.js";
export { truePath } from "./paths.js";
export { isAlive, exitCodeOfSignal, signalGroup } from "./processes.js";
export { runProgram } from "./run-program.js";
export type { PodmanOptions, ProcessRoom, Sight, SocketEnd, System } from "./system.js";
export { isSupported, systemOf, thisSystem } from "./this-system.js";
