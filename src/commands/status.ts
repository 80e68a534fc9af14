import { defineCommand } from "../core/command.js";

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
    return { value: rows, text: describeStatus(rows, new Date()) };
  },
});
