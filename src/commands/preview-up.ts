import { defineCommand } from "../command.js";
import { durationMs, lockTimeout, pr } from "./options.js";

export const previewUp = defineCommand({
  name: "preview up",
  describe: "Creates or updates the preview of a pull request and waits until it answers",
  options: {
    pr,
    tag: {
      type: "text",
      describe: "The image tag to run [default: MOORAGE_IMAGE_TAG, else the PR's head commit]",
    },
    "lock-timeout": lockTimeout,
  },
  examples: ["$0 preview up --pr 42 --tag sha-0123456789ab"],
  async run(args, invocation) {
    const [{ readPreview }, { previewTag }, { openContext }, { deploy }, { describeDeployment }] =
      await Promise.all([
        import("../preview-stack.js"),
        import("../config/tag.js"),
        import("../context.js"),
        import("../deployment/deploy.js"),
        import("../deployment/describe.js"),
      ]);
    const preview = await readPreview(invocation.cwd, args.pr);
    const { tag } = previewTag({ flag: args.tag, env: invocation.env["MOORAGE_IMAGE_TAG"] });
    const lockTimeoutMs = await durationMs("--lock-timeout", args["lock-timeout"]);
    const context = await openContext(invocation, preview.place);
    try {
      const { stack, ...rest } = await deploy(context, { ...preview.request, imageTag: tag, lockTimeoutMs });
      const value = { stack, pr: preview.pr, ...rest };
      return { value, text: describeDeployment(value) };
    } finally {
      context.close();
    }
  },
});
