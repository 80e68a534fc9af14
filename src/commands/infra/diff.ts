import { defineCommand, type Invocation, type Result } from "../../core/command.js";
import type { Context } from "../../context/context.js";
import { exitCodes } from "../../core/errors.js";
import type { PlanComment } from "../../features/publish/comment/publish-plan.js";
import type { InfraStack } from "../../features/setup/infra/stack.js";
import { infraStack, onInfra } from "../on-infra.js";
import { planComment, planToSummary, prOfEvent, wantsComment } from "../options.js";

export const infraDiff = defineCommand({
  name: "infra diff",
  describe: "Shows what `infra up` would change; changes nothing",
  positionals: { stack: infraStack },
  options: {
    "detailed-exitcode": { type: "flag", describe: "Exit with 3 if there are changes" },
    comment: planComment,
    pr: prOfEvent,
    summary: planToSummary,
  },
  examples: ["$0 infra diff github --detailed-exitcode"],
  async run(args, invocation): Promise<Result> {
    const comments = wantsComment(args);
    return onInfra(invocation, args.stack, async (context, infra) => {
      const comment = comments ? await openComment(invocation, context, infra, args.pr) : undefined;
      try {
        const { value, text, hasChanges } = await planned(context, infra, comment);
        if (args.summary === true) await summarized(invocation, infra, text);
        const asks = args["detailed-exitcode"] === true;
        return { value, text, ...(hasChanges && asks && { exitCode: exitCodes.changes }) };
      } catch (error) {
        await comment?.failed(error);
        throw error;
      }
    });
  },
});

async function summarized(invocation: Invocation, { stack }: InfraStack, text: string): Promise<void> {
  const { writePlanSummary } = await import("../../features/inspect/diff/summary.js");
  await writePlanSummary(invocation, { stack, text });
}

async function openComment(
  invocation: Invocation,
  { project }: Context,
  { stack }: InfraStack,
  pr: string | undefined,
): Promise<PlanComment> {
  const { openPlanComment } = await import("../../features/publish/comment/publish-plan.js");
  return openPlanComment(invocation, { project, stack, pr });
}

async function planned(
  context: Context,
  infra: InfraStack,
  comment: PlanComment | undefined,
): Promise<{ value: unknown; text: string; hasChanges: boolean }> {
  const [{ planOfInfra }, { viewOf }, { describeChanges }] = await Promise.all([
    import("../../features/setup/infra/plan.js"),
    import("../../features/deploy/plan/view.js"),
    import("../../features/deploy/plan/text.js"),
  ]);
  const plan = await planOfInfra(context, infra);
  const value = { stack: infra.stack, ...viewOf(plan) };
  const text = describeChanges(infra.stack, value);
  const hasChanges = plan.steps.length > 0;
  await comment?.planned({ text, refused: value.refused.length > 0, changes: hasChanges });
  return { value, text, hasChanges };
}
