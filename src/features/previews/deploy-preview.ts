import type { Invocation } from "../../core/command.js";
import { openContext, type Context } from "../../context/context.js";
import { recordChanges } from "../../adapters/engine/record-changes.js";
import { decidePreview } from "./decision.js";
import { withPublishing, type PreviewRun } from "../publish/preview-run.js";
import type { PreviewStack } from "../../context/preview-stack.js";
import type { PullWatch } from "./pull-watch.js";
import { previewRefused } from "./refusal.js";
import { deployAndRecheck, type PreviewOutcome } from "./up.js";

/** What `preview up` and `preview reconcile` have in common, decided before anything acts. */
export interface PreviewDeployment {
  asked: PreviewRun;
  preview: PreviewStack;
  tag: string;
  /** The commit that the tag is of, where no person named the tag. */
  commit: string | undefined;
  watch: PullWatch | undefined;
  approvedCommit: string | undefined;
  lockTimeoutMs: number;
  /** Whether what is there goes, where the pull request turns out not to want it. */
  reconciles: boolean;
}

/**
 * Deploys a preview and makes its end known. A pull request that may not have one is refused before anything is opened:
 * for a fork's no credentials are used (F27).
 */
export function deployPreview(invocation: Invocation, wanted: PreviewDeployment): Promise<PreviewOutcome> {
  const { asked, preview, watch } = wanted;
  const { pr, stack, place } = preview;
  return withPublishing(
    invocation,
    asked,
    { project: place.project, stack, pr },
    {
      begins: true,
      check: () => checkWanted(invocation, wanted),
      work: (note) =>
        withContext(invocation, preview, (context) =>
          deployAndRecheck(noting(context, note), {
            ...wanted,
            repository: invocation.env["GITHUB_REPOSITORY"],
            folder: invocation.cwd,
          }),
        ),
      outcome: (end) =>
        end.kind === "deployed"
          ? { kind: "deployed", result: end.result }
          : { kind: "destroyed", result: end.result },
      thread: watch,
    },
  );
}

/** GitHub's word, or what the run's event says where GitHub cannot be asked. */
async function checkWanted(
  { reporter }: Invocation,
  { asked, preview, watch, approvedCommit }: PreviewDeployment,
): Promise<void> {
  if (asked.run && !watch) {
    const text = `Whether pull request ${String(preview.pr)} is open and labelled is not checked`;
    reporter.notify({ kind: "warning", text, hint: "GITHUB_REPOSITORY and GITHUB_TOKEN say where it is" });
  }
  const pull = watch ? await watch.glance() : asked.headCommit === undefined ? undefined : asked.run?.pull;
  if (pull === undefined) return;
  const decision = decidePreview(pull, preview.request.config.preview, approvedCommit);
  if (decision.action !== "up") throw previewRefused(preview.stack, decision);
}

/** What is done to resources is shown with the preview. */
function noting(context: Context, note: (line: string) => void): Context {
  return { ...context, engine: async () => recordChanges(await context.engine(), note) };
}

/** Gives `use` the edges to act on a preview, and closes them afterwards. */
export async function withContext<Value>(
  invocation: Invocation,
  { place }: Pick<PreviewStack, "place">,
  use: (context: Context) => Promise<Value>,
): Promise<Value> {
  const context = await openContext(invocation, place);
  try {
    return await use(context);
  } finally {
    context.close();
  }
}
