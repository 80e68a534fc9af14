import { defineCommand, type Invocation, type Result } from "../core/command.js";
import type { Context } from "../context/context.js";
import { exitCodes } from "../core/errors.js";
import type { PlanComment } from "../features/publish/comment/publish-plan.js";
import type { PlanSummary } from "../features/inspect/diff/summary.js";
import type { NamedStack } from "../context/named-stack.js";
import { planComment, planToSummary, prOfEvent, wantsComment } from "./options.js";

export const diff = defineCommand({
  name: "diff",
  describe: "Shows what a deployment would change; changes nothing",
  positionals: { stack: { describe: "An environment, or a preview: dev, pr-42", required: true } },
  options: {
    tag: { type: "text", describe: "The image tag to compare with [default: what is deployed now]" },
    "detailed-exitcode": { type: "flag", describe: "Exit with 3 if there are changes" },
    comment: planComment,
    pr: prOfEvent,
    summary: planToSummary,
    coming: {
      type: "text",
      describe: "The tag about to be deployed: the summary shows its digests and the commits since",
    },
    from: { type: "text", describe: "With --coming: the environment to promote from" },
  },
  examples: [
    "$0 diff dev",
    "$0 diff prod --tag v1.2.3 --detailed-exitcode",
    "$0 diff dev --comment   # in a workflow on pull_request",
  ],
  async run(args, invocation): Promise<Result> {
    const [{ readNamedStack }, { withContext }, { checkTag }] = await Promise.all([
      import("../context/named-stack.js"),
      import("../context/with-context.js"),
      import("../core/project/tag.js"),
    ]);
    const comments = wantsComment(args);
    const named = await readNamedStack(invocation.cwd, args.stack);
    const tag = args.tag === undefined ? undefined : checkTag(args.tag);
    const comment = comments ? await openComment(invocation, named, args.pr) : undefined;
    const coming = args.coming === undefined ? undefined : checkTag(args.coming);
    return withContext(invocation, named.place, async (context) => {
      try {
        if (coming !== undefined) return await announced(context, named, { ...args, coming }, invocation);
        const { value, text, hasChanges } = await planned(context, named, tag, comment);
        if (args.summary === true) await summarized(invocation, { stack: named.stack, text });
        const asks = args["detailed-exitcode"] === true;
        return { value, text, ...(hasChanges && asks && { exitCode: exitCodes.changes }) };
      } catch (error) {
        await comment?.failed(error);
        throw error;
      }
    });
  },
});

/** A version before it is deployed: what an approver wants to know. */
async function announced(
  context: Context,
  named: NamedStack,
  { coming: tag, from, summary }: { coming: string; from?: string; summary?: boolean },
  invocation: Invocation,
): Promise<Result> {
  const [{ comingOf }, { viewOf }, { describePlan }, { planSummary }] = await Promise.all([
    import("../features/inspect/diff/coming.js"),
    import("../features/deploy/plan/view.js"),
    import("../features/deploy/plan/text.js"),
    import("../features/inspect/diff/summary.js"),
  ]);
  const { stack } = named;
  const { planned: made, ...coming } = await comingOf(context, named, { tag, from, folder: invocation.cwd });
  const view = made && {
    stack,
    imageTag: made.imageTag,
    deployedTag: made.deployedTag,
    ...viewOf(made.plan),
  };
  const text = view && describePlan(view);
  const told = { stack, text, coming };
  if (summary === true) await summarized(invocation, told);
  return { value: { stack, coming, ...view }, text: text ?? `${planSummary(told)}\n` };
}

async function summarized(invocation: Invocation, plan: PlanSummary): Promise<void> {
  const { writePlanSummary } = await import("../features/inspect/diff/summary.js");
  await writePlanSummary(invocation, plan);
}

async function openComment(
  invocation: Invocation,
  { place, stack }: NamedStack,
  pr: string | undefined,
): Promise<PlanComment> {
  const { openPlanComment } = await import("../features/publish/comment/publish-plan.js");
  return openPlanComment(invocation, { project: place.project, stack, pr });
}

async function planned(
  context: Context,
  named: NamedStack,
  tag: string | undefined,
  comment: PlanComment | undefined,
): Promise<{ value: unknown; text: string; hasChanges: boolean }> {
  const [{ planOf }, { viewOf }, { describePlan }] = await Promise.all([
    import("../features/inspect/diff/plan.js"),
    import("../features/deploy/plan/view.js"),
    import("../features/deploy/plan/text.js"),
  ]);
  const { plan, imageTag, deployedTag } = await planOf(context, named, tag);
  const value = { stack: named.stack, imageTag, deployedTag, ...viewOf(plan) };
  const text = describePlan(value);
  const hasChanges = plan.steps.length > 0;
  const refused = value.refused.length > 0;
  const version = { imageTag, deployedTag };
  await comment?.planned({ text, refused, changes: hasChanges, version });
  return { value, text, hasChanges };
}
