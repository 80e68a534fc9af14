import type { Invocation } from "../../core/command.js";
import { withContext } from "../../context/with-context.js";
import { changeListener } from "../../adapters/engine/record-changes.js";
import { statusContext } from "./commit-status.js";
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
export async function deployPreview(
  invocation: Invocation,
  wanted: PreviewDeployment,
): Promise<PreviewOutcome> {
  const { asked, preview, watch } = wanted;
  const { pr, stack, place } = preview;
  return withPublishing(
    invocation,
    asked,
    {
      ...{ project: place.project, stack, pr, scope: preview.request.config.scope },
      ...(wanted.reconciles && { statusContext: await statusContext(invocation.cwd, place.project) }),
    },
    {
      begins: true,
      check: () => checkWanted(invocation, wanted),
      work: (note) =>
        withContext(invocation, place, (context) =>
          // What is done to resources is shown with the preview.
          context.listeners.during(changeListener(note), () =>
            deployAndRecheck(context, {
              ...wanted,
              repository: invocation.env["GITHUB_REPOSITORY"],
              folder: invocation.cwd,
            }),
          ),
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
