import { defineCommand } from "../../core/command.js";

export const previewSweep = defineCommand({
  name: "preview sweep",
  describe: "Destroys previews that no pull request wants, expired ones, and what is left of others",
  options: {
    "dry-run": { type: "flag", describe: "Say what would go and what would stay, and do nothing" },
    families: {
      type: "flag",
      describe:
        "Only remove the task definitions of previews that are gone, with the base environment's role",
    },
  },
  examples: ["$0 preview sweep --dry-run", "$0 preview sweep --families"],
  async run(args, invocation) {
    if (args.families === true) {
      const { sweepFamilies, describeFamilies } = await import("../../features/previews/families.js");
      const removed = await sweepFamilies(invocation, { dryRun: args["dry-run"] === true });
      return { value: removed, text: describeFamilies(removed) };
    }
    const [{ sweep }, { describeSwept }] = await Promise.all([
      import("../../features/previews/sweep.js"),
      import("../../features/previews/sweep-result.js"),
    ]);
    const swept = await sweep(invocation, { dryRun: args["dry-run"] === true });
    return { value: swept, text: describeSwept(swept) };
  },
});
