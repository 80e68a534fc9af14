import Table from "cli-table3";
import { tookSeconds } from "../../core/durations.js";
import { shownCell } from "../../core/shown.js";
import { plain } from "../../core/table.js";
import type { RanCommand } from "../../adapters/record/record.js";
import type { RunResult } from "./run.js";

/** Where nobody waited: where to look. */
export function describeDetached({ stack, service, task }: RunResult): string {
  return [
    `started: ${task}`,
    `\`moorage logs ${stack} --service ${service} --follow\` shows what it writes; \`aws ecs stop-task\` stops it.`,
    "",
  ].join("\n");
}

/** Newest first. */
export function describeCommands(stack: string, commands: readonly RanCommand[]): string {
  if (commands.length === 0) return `Nobody has run a command in ${stack}.\n`;
  const table = new Table({ ...plain, head: ["started", "by", "how", "service", "exit", "took", "command"] });
  for (const { startedAt, by, kind, service, exitCode, endedAt, command } of commands) {
    const cells = [
      startedAt,
      by,
      kind,
      service,
      String(exitCode ?? ""),
      tookSeconds(startedAt, endedAt),
      command,
    ];
    table.push(cells.map(shownCell));
  }
  return `${table.toString()}\n`;
}
