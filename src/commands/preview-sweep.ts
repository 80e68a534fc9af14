import { defineCommand } from "../command.js";

export const previewSweep = defineCommand({
  name: "preview sweep",
  describe: "Destroys previews that no pull request wants, expired ones, and what is left of others",
  options: { "dry-run": { type: "flag", describe: "Say what would go and what would stay, and do nothing" } },
  examples: ["$0 preview sweep --dry-run"],
  async run(args, invocation) {
    const [{ sweep }, { describeSwept }] = await Promise.all([
      import("../previews/sweep.js"),
      import("../previews/swept.js"),
    ]);
    const swept = await sweep(invocation, { dryRun: args["dry-run"] === true });
    return { value: swept, text: describeSwept(swept) };
  },
});
