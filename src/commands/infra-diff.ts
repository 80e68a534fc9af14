import { defineCommand, type Result } from "../command.js";
import { exitCodes } from "../errors.js";
import { infraStack, onInfra } from "./on-infra.js";

export const infraDiff = defineCommand({
  name: "infra diff",
  describe: "Shows what `infra up` would change; changes nothing",
  positionals: { stack: infraStack },
  options: { "detailed-exitcode": { type: "flag", describe: "Ends with 3 when there are changes" } },
  examples: ["$0 infra diff github --detailed-exitcode"],
  async run(args, invocation): Promise<Result> {
    const [{ planOfInfra }, { viewOf }, { describeChanges }] = await Promise.all([
      import("../infra/plan.js"),
      import("../release/plan-view.js"),
      import("../release/plan-text.js"),
    ]);
    return onInfra(invocation, args.stack, async (context, infra) => {
      const plan = await planOfInfra(context, infra);
      const view = { stack: infra.stack, ...viewOf(plan) };
      const hasChanges = plan.steps.length > 0;
      return {
        value: view,
        text: describeChanges(infra.stack, view),
        ...(hasChanges && args["detailed-exitcode"] === true && { exitCode: exitCodes.changes }),
      };
    });
  },
});
