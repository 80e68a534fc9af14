import { execFileSync } from "node:child_process";

/**
 * SIGKILL to a driver and to the engine processes it started; the local target's daemon lives on. The driver is stopped
 * first, so that it starts no engine between being looked at and being killed.
 */
export function killWithEngine(driver: number): void {
  signal(driver, "SIGSTOP");
  const rows = execFileSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" }).trim().split("\n");
  const processes = rows.map((row) => {
    const [, pid, parent, args] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(row) ?? [];
    return { pid: Number(pid), parent: Number(parent), args: args ?? "" };
  });
  const engines = processes.filter(({ parent, args }) => parent === driver && /\/pulumi( |$)/.test(args));
  for (const pid of [driver, ...engines.map((engine) => engine.pid)]) signal(pid, "SIGKILL");
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // It has ended between being listed and being killed.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
