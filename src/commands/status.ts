import { defineCommand } from "../core/command.js";
import { exitCodes } from "../core/errors.js";

export const status = defineCommand({
  name: "status",
  describe: "Shows what runs where: version, since when, by whom, health, alarms, drift",
  examples: ["$0 status", "$0 status --json"],
  async run(_args, invocation) {
    const [{ readStatus }, { describeStatus }] = await Promise.all([
      import("../features/inspect/status/read.js"),
      import("../features/inspect/status/describe.js"),
    ]);
    const rows = await readStatus(invocation);
    const isUnknown = rows.some((row) => row.status === "unknown");
    return {
      value: rows,
      text: describeStatus(rows, new Date()),
      ...(isUnknown && { exitCode: exitCodes.failed }),
    };
  },
});
