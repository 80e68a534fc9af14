import { spawn } from "node:child_process";

export interface Command {
  program: string;
  args: string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
}

/** Runs a command to its end; wall time in milliseconds. Throws with its output when it fails. */
export function time(command: Command): Promise<number> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(command.program, command.args, {
      cwd: command.cwd,
      env: command.env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(performance.now() - startedAt);
      else
        reject(new Error(`${command.program} ${command.args.join(" ")} ended ${String(code)}:\n${output}`));
    });
  });
}

export interface Pairs {
  ours: number[];
  peer: number[];
}

/** Measures the two in turn, so that a machine whose speed drifts treats both alike. One pair before is not counted. */
export async function pairs(
  ours: (run: number) => Promise<number>,
  peer: (run: number) => Promise<number>,
  runs: number,
): Promise<Pairs> {
  const measured: Pairs = { ours: [], peer: [] };
  for (let run = 0; run <= runs; run++) {
    const a = await ours(run);
    const b = await peer(run);
    if (run === 0) continue;
    measured.ours.push(a);
    measured.peer.push(b);
  }
  return measured;
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

/** The value below which the share (0 to 1) of all values lies; NaN of none. */
export function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

/** The ratios pair by pair: their median is what is quoted. */
export function ratios({ ours, peer }: Pairs): number[] {
  return ours.map((value, index) => value / (peer[index] ?? NaN));
}
