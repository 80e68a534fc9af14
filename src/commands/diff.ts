import { defineCommand } from "../command.js";
import type { Result } from "../command.js";
import { exitCodes } from "../errors.js";

export const diff = defineCommand({
  name: "diff",
  describe: "Shows what a deployment would change; changes nothing",
  positionals: { stack: { describe: "An environment, or a preview: dev, pr-42", required: true } },
  options: {
    tag: { type: "text", describe: "The image tag to compare with [default: what is deployed now]" },
    "detailed-exitcode": { type: "flag", describe: "Ends with 3 when there are changes" },
  },
  examples: ["$0 diff dev", "$0 diff prod --tag v1.2.3 --detailed-exitcode"],
  async run(args, invocation): Promise<Result> {
    const [{ readNamedStack }, { openContext }, { planOf }, { viewOf }, { describePlan }, { checkTag }] =
      await Promise.all([
        import("../named-stack.js"),
        import("../context.js"),
        import("../diff/plan.js"),
        import("../release/plan-view.js"),
        import("../release/plan-text.js"),
        import("../config/tag.js"),
      ]);
    const named = await readNamedStack(invocation.cwd, args.stack);
    const tag = args.tag === undefined ? undefined : checkTag(args.tag);
    const context = await openContext(invocation, named.place);
    try {
      const { plan, imageTag, deployedTag } = await planOf(context, named, tag);
      const view = { stack: named.stack, imageTag, deployedTag, ...viewOf(plan) };
      const hasChanges = plan.steps.length > 0;
      return {
        value: view,
        text: describePlan(view),
        ...(hasChanges && args["detailed-exitcode"] === true && { exitCode: exitCodes.changes }),
      };
    } finally {
      context.close();
    }
  },
});
