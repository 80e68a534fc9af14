import type { Invocation } from "../../core/command.js";
import { commitTag } from "../../core/project/tag.js";
import type { Context } from "../../context/context.js";
import { resolveImages } from "../deploy/images.js";
import { hasCode } from "../../core/errors.js";
import { writeOutputs } from "../../adapters/github/step-files.js";
import { decidePreview, type PreviewDecision } from "./decision.js";
import { withPublishing, type PreviewRun } from "../publish/preview-run.js";
import type { PreviewStack } from "../../context/preview-stack.js";
import { withContext } from "../../context/with-context.js";
import { deployPreview } from "./deploy-preview.js";
import { destroyPreview } from "./destroy-preview.js";
import { type PullWatch, watchPull } from "./pull-watch.js";
import type { Reconciled } from "./reconcile-result.js";
import { githubMissing, previewRefused } from "./refusal.js";
import { takenImages } from "./taken-images.js";

export interface ReconcileOptions {
  asked: PreviewRun;
  preview: PreviewStack;
  approvedCommit: string | undefined;
  lockTimeoutMs: number;
  dryRun: boolean;
  /** Whether a pull request that calls for a preview is left as it is. */
  onlyDestroys?: boolean;
}

/** The options, the pull request under observation, and what it calls for. */
interface Called extends ReconcileOptions {
  watch: PullWatch;
  decision: PreviewDecision;
}

/**
 * Brings a preview to what its pull request calls for now, whatever started the run (F9, F10): what `preview up` does
 * with the head commit, or what `preview destroy` does. Raises what they do, refusals (exit 4) among it, and
 * `github-missing` where no repository is configured.
 */
export async function reconcile(invocation: Invocation, options: ReconcileOptions): Promise<Reconciled> {
  const { preview, approvedCommit } = options;
  const watch = watchPull(invocation, preview.pr, { paths: preview.paths });
  if (watch === undefined) throw githubMissing();
  const decision = decidePreview(await watch.look(), preview.request.config.preview, approvedCommit);
  const called = { ...options, watch, decision };
  const reconciled =
    decision.action === "up" && options.onlyDestroys === true
      ? left(preview, decision)
      : await (options.dryRun ? rehearse(invocation, called) : carryOut(invocation, called));
  await writeOutputs(invocation.env, { action: reconciled.action, stack: preview.stack });
  return reconciled;
}

/** The run that builds the head commit brings it up, with that commit's own configuration. */
function left(
  { pr, stack }: PreviewStack,
  { commit, reason }: { commit: string; reason: string },
): Reconciled {
  return { pr, stack, action: "left as it is", commit, reason: `${reason}, and this run only destroys` };
}

async function carryOut(invocation: Invocation, called: Called): Promise<Reconciled> {
  const { decision } = called;
  if (decision.action === "up") return bringItUp(invocation, called, decision);
  if (decision.action === "refuse") return refuseIt(invocation, called, decision);
  const { asked, preview, watch, lockTimeoutMs, onlyDestroys } = called;
  const { pr, stack } = preview;
  const { reason } = decision;
  const isTold = decision.untouched === true && onlyDestroys !== true;
  const result = await destroyPreview(invocation, {
    ...{ asked, preview, watch, lockTimeoutMs },
    ...(isTold && { reason }),
  });
  return result.result === "absent"
    ? { pr, stack, action: "none", reason }
    : { pr, stack, action: "destroy", reason, result };
}

async function bringItUp(
  invocation: Invocation,
  { asked, preview, approvedCommit, watch, lockTimeoutMs }: Called,
  { commit, reason }: Extract<PreviewDecision, { action: "up" }>,
): Promise<Reconciled> {
  const { pr, stack } = preview;
  const missing = await withContext(invocation, preview.place, (context) =>
    missingImage(context, preview, watch, commit),
  );
  if (missing !== undefined) return waiting(preview, commit, missing);
  const end = await deployPreview(invocation, {
    asked: { ...asked, headCommit: commit },
    preview,
    tag: commitTag(commit),
    commit,
    watch,
    approvedCommit,
    lockTimeoutMs,
    reconciles: true,
  });
  if (end.kind === "torn down") {
    return { pr, stack, action: "destroy", reason: end.reason, result: end.result };
  }
  const { stack: _stack, ...result } = end.result;
  return { pr, stack, action: "up", commit, reason, result };
}

/** Comments the reason on the pull request. Raises the refusal. */
function refuseIt(
  invocation: Invocation,
  { asked, preview: { pr, stack, place, request }, watch }: Called,
  decision: Extract<PreviewDecision, { action: "refuse" }>,
): Promise<never> {
  const subject = { project: place.project, stack, pr, scope: request.config.scope };
  const work = () => Promise.reject<never>(previewRefused(stack, decision));
  return withPublishing<never>(invocation, asked, subject, {
    begins: false,
    work,
    outcome: (never) => never,
    thread: watch,
  });
}

/** What would be done, told from what can be read. */
async function rehearse(invocation: Invocation, { preview, decision, watch }: Called): Promise<Reconciled> {
  const { pr, stack } = preview;
  const head = { pr, stack, reason: decision.reason, dryRun: true } as const;
  if (decision.action === "refuse") return { ...head, action: "refuse", hint: decision.hint };
  return withContext(invocation, preview.place, async (context) => {
    if (decision.action === "destroy") {
      const there = (await context.records.read(stack)) !== undefined;
      return { ...head, action: there ? "destroy" : "none" };
    }
    const { commit } = decision;
    const missing = await missingImage(context, preview, watch, commit);
    return missing === undefined
      ? { ...head, action: "up", commit }
      : { ...waiting(preview, commit, missing), dryRun: true };
  });
}

/** What is missing of the commit's images, as a sentence; a build that still runs pushes them and looks again. */
async function missingImage(
  context: Context,
  preview: PreviewStack,
  watch: PullWatch,
  commit: string,
): Promise<string | undefined> {
  const tag = commitTag(commit);
  const taken = await takenImages(context, preview, watch, tag);
  try {
    await resolveImages(
      context.aws,
      preview.request.config,
      (name) => taken?.digests[name] ?? tag,
      true,
      context.target.platform,
    );
    return undefined;
  } catch (error) {
    if (hasCode(error, "tag-not-found")) return error.message;
    throw error;
  }
}

function waiting({ pr, stack }: PreviewStack, commit: string, missing: string): Reconciled {
  const reason = `${missing} The run that builds commit ${commit} deploys the preview after it has pushed it`;
  return { pr, stack, action: "waiting for its image", commit, reason };
}
