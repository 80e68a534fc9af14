import { execFileSync } from "node:child_process";

/** The commands of running processes that name a home: its daemon, its tasks' keeper, and tasks that are just starting. */
export function processesNaming(home: string): string[] {
  const rows = execFileSync("ps", ["-eo", "args="], { encoding: "utf8" }).split("\n");
  return rows.filter((row) => row.includes(home));
}
