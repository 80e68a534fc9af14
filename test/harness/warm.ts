import { type ChildProcess, fork } from "node:child_process";
import type { Socket } from "node:net";
import { fileURLToPath, pathToFileURL } from "node:url";

/** What one run of the command line ended with. */
export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface CommandLine {
  args: readonly string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
}

const script = fileURLToPath(new URL("warm-process.js", import.meta.url));

/** Processes that have run a command and wait for the next one, by their `bin/moorage.js`. */
const idle = new Map<string, ChildProcess[]>();

/**
 * Runs `bin` as `node bin` would, in a process that has run it before: what a run costs is then the command's work, not the
 * start. Each process runs one command at a time, with that command's environment and folder alone; commands at the same
 * time have processes of their own. All of them end with this process.
 */
export async function runWarm(bin: string, command: CommandLine): Promise<Ended> {
  const waiting = idle.get(bin) ?? [];
  idle.set(bin, waiting);
  const child = waiting.pop() ?? startWarm(bin);
  const ended = await answerOf(child, command);
  if (child.connected) waiting.push(child);
  return ended;
}

function startWarm(bin: string): ChildProcess {
  const child = fork(script, [pathToFileURL(bin).href], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    execArgv: ["--max-semi-space-size=32"],
  });
  child.unref();
  child.channel?.unref();
  // Whoever waits for a command is kept alive by the channel; nobody else is.
  for (const stream of [child.stdout, child.stderr]) (stream as Socket | null)?.unref();
  return child;
}

/** What the process answers; where it ends instead, what it ended with. */
function answerOf(child: ChildProcess, command: CommandLine): Promise<Ended> {
  return new Promise((resolve) => {
    let stdout = "";
    let stderr = "";
    const onOut = (chunk: Buffer) => (stdout += chunk.toString());
    const onError = (chunk: Buffer) => (stderr += chunk.toString());
    const settle = (ended: Ended) => {
      child.off("message", onMessage).off("close", onClose);
      child.stdout?.off("data", onOut);
      child.stderr?.off("data", onError);
      child.unref();
      child.channel?.unref();
      resolve(ended);
    };
    const onMessage = (message: unknown) => settle(message as Ended);
    const onClose = (code: number | null) => settle({ code, stdout, stderr });
    child.ref();
    child.channel?.ref();
    child.stdout?.on("data", onOut);
    child.stderr?.on("data", onError);
    child.on("message", onMessage).on("close", onClose);
    child.send(command);
  });
}
