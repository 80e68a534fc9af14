import { execFile, execFileSync } from "node:child_process";
import { localBounds } from "../bounds.js";

/** The system's own programs. Tests play them. */
export interface Programs {
  /** Gives a program's output; undefined when that fails. */
  run(command: string, args: readonly string[]): string | undefined;
  /** The same, while this process goes on. */
  start(command: string, args: readonly string[]): Promise<string | undefined>;
}

export const ownPrograms: Programs = { run: runProgram, start: startProgram };

/** In UTC and in English. One that has not ended by the bound is killed, also when it ignores SIGTERM (F39). */
function optionsOf(timeout: number) {
  const env = { ...process.env, TZ: "UTC", LC_ALL: "C" };
  return { env, encoding: "utf8", timeout, killSignal: "SIGKILL" } as const;
}

/** As `Programs` say. */
export function runProgram(
  command: string,
  args: readonly string[],
  timeoutMs: number = localBounds.processLook,
): string | undefined {
  try {
    const options = {
      ...optionsOf(timeoutMs),
      stdio: ["ignore", "pipe", "ignore"] as ["ignore", "pipe", "ignore"],
    };
    return execFileSync(command, args, options).trim();
  } catch {
    return undefined;
  }
}

function startProgram(command: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(command, args, optionsOf(localBounds.processLook), (error, stdout) =>
      resolve(error === null ? stdout.trim() : undefined),
    );
  });
}
