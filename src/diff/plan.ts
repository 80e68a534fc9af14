import { previewTag } from "../config/tag.js";
import type { Context } from "../context.js";
import { askPlan } from "../deployment/plan.js";
import { chooseRelease } from "../deployment/release.js";
import type { DeployRequest } from "../deployment/request.js";
import { specOf } from "../deployment/spec.js";
import type { Plan } from "../engine/engine.js";
import type { NamedStack } from "../named-stack.js";
import { pullRequestOf } from "../preview/names.js";
import { newRecord, type StackRecord } from "../record/record.js";
import { onEmptyStack } from "./empty-stack.js";

/** What a deployment would do to a stack, and which version it was asked about. */
export interface Planned {
  plan: Plan;
  imageTag: string;
  /** The tag that is deployed now; null for a stack that was never deployed. */
  deployedTag: string | null;
}

/**
 * Asks the engine what a deployment would do: of `imageTag`, else of what is deployed now, so that only changes of the
 * program and of its configuration show. Nothing is changed.
 */
export async function planOf(
  context: Context,
  { stack, request }: NamedStack,
  imageTag: string | undefined,
): Promise<Planned> {
  const record = (await context.records.read(stack))?.record;
  const deployedTag = record?.deployed?.imageTag ?? null;
  if (pullRequestOf(stack) !== undefined && deployedTag === null) previewTag({ flag: imageTag });
  const asked: DeployRequest = { ...request, imageTag, lockTimeoutMs: 0 };
  const release = await chooseRelease(context, asked, record ?? {});
  const ask = (known: StackRecord) => askPlan(context, asked, known, release);
  const askEmpty = (exists: boolean) => ask({ ...newRecord(context.project, stack, new Date()), exists });
  const spec = specOf(context, stack, request.raw, request.settings);
  const plan = record?.exists ? await ask(record) : await onEmptyStack(context, asked, spec, askEmpty);
  return { plan, imageTag: release.imageTag, deployedTag };
}
