import { spawn } from "node:child_process";

export interface CommandOptions {
  env?: NodeJS.ProcessEnv;
  timeoutMs: number;
  signal?: AbortSignal;
  /** Called with each line of either stream. */
  onLine?: (line: string) => void;
  /** Given on stdin: the way for a secret, which must not stand among the arguments. */
  input?: string;
}

/** The end of a command: its exit code (null when it could not start or was killed) and what it said last. */
export interface CommandEnd {
  code: number | null;
  /** At most the last 20 lines of both streams. */
  tail: string;
}

const tailLines = 20;

/** Runs a program without a shell, bounded in time. Never throws: a program that is missing is an end without a code. */
export function runCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandEnd> {
  const signals = [AbortSignal.timeout(options.timeoutMs), ...(options.signal ? [options.signal] : [])];
  const child = spawn(program, args, {
    env: options.env,
    stdio: ["pipe", "pipe", "pipe"],
    signal: AbortSignal.any(signals),
    killSignal: "SIGKILL",
  });
  const lines: string[] = [];
  const hear = (text: string) => {
    for (const line of text.split("\n").filter((part) => part.trim() !== "")) {
      lines.push(line);
      options.onLine?.(line);
    }
    lines.splice(0, lines.length - tailLines);
  };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", hear);
  // A program that reads nothing may be gone before all is written: its exit code tells.
  child.stdin.on("error", () => undefined).end(options.input);
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ code: null, tail: [...lines, error.message].join("\n") }));
    child.once("close", (code) => resolve({ code, tail: lines.join("\n") }));
  });
}
