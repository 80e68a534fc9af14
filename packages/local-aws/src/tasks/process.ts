import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { exitCodeOfSignal, signalGroup } from "../platform/index.js";
import type { Wrapped } from "./keeper.js";
import { eachLine } from "./lines.js";

/** How long output may still come after the process group is gone: a daemonised grandchild could hold it for ever. */
const outputGraceMs = 1_000;

export interface StartedProcess {
  /** Signals the whole process group; false when it is gone. */
  signal(signal: NodeJS.Signals): boolean;
  /** Resolves with the exit code when the process and its whole group are gone and the output has been read. */
  ended: Promise<number>;
}

/** Starts a command as the leader of a process group of its own and reads its output line by line. */
export function startProcess(
  command: Wrapped,
  options: { cwd: string; env: Record<string, string> },
  onLine: (line: string) => void,
): Promise<StartedProcess> {
  const child = spawn(command.file, command.args, {
    cwd: options.cwd,
    env: options.env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  eachLine(child.stdout, onLine);
  eachLine(child.stderr, onLine);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("spawn", () => {
      const pid = child.pid as number;
      resolve({ signal: (signal) => signalGroup(pid, signal), ended: endOf(child, pid) });
    });
  });
}

/** As in a container, what the main process leaves behind does not outlive it. */
function endOf(child: ChildProcess, pid: number): Promise<number> {
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => {
      signalGroup(pid, "SIGKILL");
      const exitCode = code ?? (signal === null ? 128 : exitCodeOfSignal(signal));
      const impatient = setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
      }, outputGraceMs);
      child.once("close", () => {
        clearTimeout(impatient);
        resolve(exitCode);
      });
    });
  });
}
