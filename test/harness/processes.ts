import { execFileSync } from "node:child_process";

/** Command lines of the running processes that contain `text`. */
export function processesOf(text: string): string[] {
  const rows = execFileSync("ps", ["-eo", "pid=,args="], { encoding: "utf8" }).split("\n");
  return rows.filter((row) => row.includes(text) && !row.includes("ps -eo"));
}
