import { defineCommand } from "../../core/command.js";

export const releasePlan = defineCommand({
  name: "release plan",
  describe:
    "Shows which environments a push, a release or a person deploys to, in which order (moorage:triggers)",
  options: {
    tag: { type: "text", describe: "The version [default: in a workflow run, the event's]" },
    environment: { type: "text", describe: "Only this environment, as when a person starts deploy.yml" },
    promote: {
      type: "flag",
      describe: "With --environment: promote the image from the previous environment first",
      default: true,
    },
  },
  examples: ["$0 release plan   # in a workflow: by its event", "$0 release plan --tag v1.2.3"],
  async run(args, invocation) {
    const [{ readRun }, { readProject }, { planRelease }, describe, { writeOutputs, writeSummary }] =
      await Promise.all([
        import("../../adapters/github/event.js"),
        import("../../core/project/project.js"),
        import("../../features/releases/plan/plan.js"),
        import("../../features/releases/plan/describe.js"),
        import("../../adapters/github/step-files.js"),
      ]);
    const run = await readRun(invocation.env);
    const project = await readProject(invocation.cwd);
    const value = await planRelease(args, { project, run, ...invocation });
    await writeOutputs(invocation.env, describe.planOutputs(value));
    await writeSummary(invocation.env, describe.trainSummary(value));
    return { value, text: describe.describeTrain(value) };
  },
});
