import { defineCommand } from "../../core/command.js";

export const previewSweep = defineCommand({
  name: "preview sweep",
  describe: "Destroys previews that no open pull request wants, expired ones, and leftover resources",
  options: {
    "dry-run": {
      type: "flag",
      describe: "Show what would be destroyed and what would be kept; change nothing",
    },
    families: {
      type: "flag",
      describe: "Only remove the task definitions of destroyed previews, with the base environment's role",
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
