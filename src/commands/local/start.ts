import { defineCommand } from "../../core/command.js";
import { showLocal } from "./status.js";

export const localStart = defineCommand({
  name: "local start",
  describe: "Starts the local target in the background, unless it is running",
  async run(_args, invocation) {
    const { startLocalTarget } = await import("../../context/local-target.js");
    const status = await (await startLocalTarget(invocation)).status();
    return { value: status, text: showLocal(status) };
  },
});
