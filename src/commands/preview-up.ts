import { defineCommand } from "../command.js";
import { durationMs, lockTimeout, prOfEvent } from "./options.js";

export const previewUp = defineCommand({
  name: "preview up",
  describe: "Creates or updates the preview of a pull request and waits until it answers",
  options: {
    pr: prOfEvent,
    tag: {
      type: "text",
      describe: "The image tag to run [default: MOORAGE_IMAGE_TAG, else the PR's head commit]",
    },
    "lock-timeout": lockTimeout,
  },
  examples: [
    "$0 preview up --pr 42 --tag sha-0123456789ab",
    "$0 preview up   # in a workflow: the event's PR and commit",
  ],
  async run(args, invocation) {
    const [previewRun, { readPreview }, { previewTag }, { openContext }, { deploy }, { describeDeployment }] =
      await Promise.all([
        import("../preview-run.js"),
        import("../preview-stack.js"),
        import("../config/tag.js"),
        import("../context.js"),
        import("../deployment/deploy.js"),
        import("../deployment/describe.js"),
      ]);
    const asked = await previewRun.readPreviewRun(invocation, args.pr);
    const { pr, stack, place, request } = await readPreview(invocation.cwd, asked.pr);
    const { headCommit } = asked;
    const { tag } = previewTag({ flag: args.tag, env: invocation.env["MOORAGE_IMAGE_TAG"], headCommit });
    const lockTimeoutMs = await durationMs("--lock-timeout", args["lock-timeout"]);
    const context = await openContext(invocation, place);
    try {
      const subject = { project: place.project, stack, pr };
      const { stack: _stack, ...rest } = await previewRun.published(invocation, asked, subject, {
        begins: true,
        work: () => deploy(context, { ...request, imageTag: tag, lockTimeoutMs }),
        outcome: (result) => ({ kind: "deployed", result }),
      });
      const value = { stack, pr, ...rest };
      return { value, text: describeDeployment(value) };
    } finally {
      context.close();
    }
  },
});
