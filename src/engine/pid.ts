import { execFileSync } from "node:child_process";

/** Whether a process with that pid exists, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** When the process began, in milliseconds since the epoch; undefined when `ps` does not tell. */
export function startOf(pid: number): number | undefined {
  try {
    const env = { ...process.env, LC_ALL: "C" };
    const text = execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { env, encoding: "utf8" });
    const startedAt = Date.parse(text);
    return Number.isNaN(startedAt) ? undefined : startedAt;
  } catch {
    return undefined;
  }
}
