import { spawn } from "node:child_process";
import { platformFailure } from "../../core/errors.js";
import { onAbort } from "../../core/on-abort.js";
import { endWithUs } from "../../core/processes.js";

/** Runs a program at this process's own terminal, or with its stdin, stdout and stderr, until it ends. Returns its exit code. */
export async function runAttached(
  program: string,
  args: readonly string[],
  { signal, ...options }: { cwd?: string; env: NodeJS.ProcessEnv; signal: AbortSignal },
): Promise<number> {
  signal.throwIfAborted();
  const child = spawn(program, args, { ...options, stdio: "inherit" });
  // At a terminal it has the same Ctrl-C; elsewhere nobody else tells it.
  const forget = [onAbort(signal, () => child.kill("SIGTERM")), endWithUs(() => child.kill("SIGKILL"))];
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once("error", (error) => reject(notStarted(program, error)));
      child.once("exit", (code) => resolve(code ?? 1));
    });
  } finally {
    forget.forEach((one) => one());
    signal.throwIfAborted();
  }
}

function notStarted(program: string, error: Error): Error {
  return platformFailure(
    "session-failed",
    `${program} could not be started: ${error.message}`,
    "Run the command again.",
    error,
  );
}
