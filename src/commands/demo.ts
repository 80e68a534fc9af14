import { defineCommand } from "../core/command.js";

export const demo = defineCommand({
  name: "demo",
  describe:
    "Runs the whole journey on this machine with the bundled example: no account, no Docker, no leftovers",
  options: {
    keep: { type: "flag", describe: "Keep the local target running, with its state", default: false },
  },
  async run({ keep }, invocation) {
    const [{ runDemo }, { describeDemo }] = await Promise.all([
      import("../features/demo/demo.js"),
      import("../features/demo/describe.js"),
    ]);
    const value = await runDemo(invocation, { keep });
    return { value, text: describeDemo(value) };
  },
});
