import { defineCommand } from "../command.js";
import { showLocal } from "./local-status.js";

export const localStart = defineCommand({
  name: "local start",
  describe: "Starts the local target in the background, unless it runs already",
  async run(_args, invocation) {
    const { startLocalTarget } = await import("../local-target.js");
    const status = await (await startLocalTarget(invocation)).status();
    return { value: status, text: showLocal(status) };
  },
});
