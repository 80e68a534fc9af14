import { defineCommand } from "../../core/command.js";

export const localStop = defineCommand({
  name: "local stop",
  describe: "Stops the local target and its tasks; keeps its data",
  async run(_args, invocation) {
    const { findLocal } = await import("@moorage/local-aws");
    const local = await findLocal(invocation);
    if (local === undefined) return { value: { stopped: false }, text: "The local target is not running.\n" };
    await local.stop();
    return { value: { stopped: true }, text: "The local target has stopped.\n" };
  },
});
