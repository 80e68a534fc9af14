import { defineCommand } from "../../core/command.js";

export const configTake = defineCommand({
  name: "config take",
  describe:
    "Copies another commit's moorage: settings onto the files here, as data; runs nothing of that commit",
  positionals: { folder: { describe: "The folder with the other commit's Pulumi.yaml", required: true } },
  options: { "dry-run": { type: "flag", describe: "Only list the affected stacks" } },
  examples: ["$0 config take head --dry-run   # in a workflow on pull_request_target"],
  async run(args, invocation) {
    const [{ takeConfig }, { writeOutputs }, { resolve }] = await Promise.all([
      import("../../core/project/take.js"),
      import("../../adapters/github/step-files.js"),
      import("node:path"),
    ]);
    // Not relative to --cwd: both folders are named from where the command is run.
    const value = await takeConfig(resolve(args.folder), invocation.cwd, args["dry-run"] !== true);
    await writeOutputs(invocation.env, { stacks: JSON.stringify(value.stacks) });
    for (const name of value.removed) {
      const text = `${name} is not there any more: its stack stays, but is no longer deployed; destroy it first if it is not wanted`;
      invocation.reporter.notify({ kind: "warning", text });
    }
    const told = value.left.map((what) => `Not taken: ${what}\n`);
    return {
      value,
      text: `${value.stacks.join(" ") || "No stack"} changed by ${value.changed.join(", ") || "nothing"}\n${told.join("")}`,
    };
  },
});
