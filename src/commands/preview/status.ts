import { defineCommand } from "../../core/command.js";
import { prOfEvent } from "../options.js";

export const previewStatus = defineCommand({
  name: "preview status",
  describe:
    "Gives a commit without a preview its status moorage/preview, which can be required; in a workflow",
  options: {
    pr: prOfEvent,
    failed: { type: "flag", describe: "A job before the deployment failed: says so, in the comment too" },
  },
  examples: ["$0 preview status   # on a pull request or in the merge queue", "$0 preview status --failed"],
  async run(args, invocation) {
    const [{ readRun }, { readPreview }, { readProject }, { tellFailedBuild, tellStatus }] =
      await Promise.all([
        import("../../adapters/github/event.js"),
        import("../../context/preview-stack.js"),
        import("../../core/project/project.js"),
        import("../../features/previews/commit-status.js"),
      ]);
    const run = await readRun(invocation.env);
    const pr = args.pr ?? run?.pull?.number.toString();
    const preview = pr === undefined ? undefined : await readPreview(invocation.cwd, pr);
    const value =
      args.failed === true && preview !== undefined
        ? await tellFailedBuild(invocation, run, preview)
        : await tellStatus(invocation, run, { preview, project: (await readProject(invocation.cwd)).name });
    const text = `${value.context} of ${value.commit}: ${value.state ?? "left"}, ${value.description}\n`;
    return { value, text };
  },
});
