import { previewTag } from "../../../core/project/tag.js";
import type { Context } from "../../../context/context.js";
import { previewChanges } from "../../deploy/plan/plan.js";
import { type ChosenRelease, chooseRelease } from "../../deploy/release.js";
import { onFoundation } from "../../deploy/foundation.js";
import type { DeployRequest } from "../../deploy/request.js";
import { specOf } from "../../deploy/spec.js";
import type { Plan } from "../../../adapters/engine/engine.js";
import type { NamedStack } from "../../../context/named-stack.js";
import { pullRequestOf } from "../../../core/project/preview-names.js";
import { newRecord, type StackRecord } from "../../../adapters/record/record.js";
import { inEmptyPlace } from "./empty-place.js";

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
  const spec = specOf(context, stack, request.raw, request.settings);
  const isThere = record?.exists === true || (await (await context.engine()).state(spec)) !== undefined;
  const known = record ?? newRecord(context.project, stack, new Date());
  const plan = isThere
    ? await previewChanges(context, asked, { ...known, exists: true }, release)
    : await planOfNew(context, asked, known, release);
  return { plan, imageTag: release.imageTag, deployedTag };
}

/** All of it is to be created. Where it stands is looked up before: the plan's own place has no other stacks. */
async function planOfNew(
  context: Context,
  asked: DeployRequest,
  known: StackRecord,
  release: ChosenRelease,
): Promise<Plan> {
  const { config } = await onFoundation(context, asked, known);
  const standing = typeof config.foundation === "string" ? {} : { "moorage:foundation": config.foundation };
  const request = { ...asked, config, raw: { ...asked.raw, ...standing } };
  return inEmptyPlace(context, asked.settings, (place, settings) =>
    previewChanges(place, { ...request, settings }, { ...known, exists: false }, release),
  );
}
