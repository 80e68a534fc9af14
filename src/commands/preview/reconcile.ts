import { defineCommand } from "../../core/command.js";
import { approvedCommit, durationMs, lockTimeout, prOfEvent } from "../options.js";

export const previewReconcile = defineCommand({
  name: "preview reconcile",
  describe: "Deploys or destroys a pull request's preview, whichever the pull request calls for",
  options: {
    pr: prOfEvent,
    "dry-run": { type: "flag", describe: "Show what would be done; change nothing" },
    "approved-commit": approvedCommit,
    "only-destroy": { type: "flag", describe: "Never deploy; for runs that use another commit's programs" },
    "lock-timeout": lockTimeout,
  },
  examples: [
    "$0 preview reconcile --pr 42 --dry-run",
    "$0 preview reconcile   # in a workflow, on any event",
  ],
  async run(args, invocation) {
    const [{ readPreviewRun }, { readPreview }, { reconcile }, { describeReconciled }, { wholeCommit }] =
      await Promise.all([
        import("../../features/publish/preview-run.js"),
        import("../../context/preview-stack.js"),
        import("../../features/previews/reconcile.js"),
        import("../../features/previews/reconcile-result.js"),
        import("../../core/project/commit.js"),
      ]);
    const approved = wholeCommit("--approved-commit", args["approved-commit"]);
    const asked = await readPreviewRun(invocation, args.pr);
    const reconciled = await reconcile(invocation, {
      asked,
      preview: await readPreview(invocation.cwd, asked.pr),
      approvedCommit: approved,
      lockTimeoutMs: await durationMs("--lock-timeout", args["lock-timeout"]),
      dryRun: args["dry-run"] === true,
      onlyDestroys: args["only-destroy"] === true,
    });
    return { value: reconciled, text: describeReconciled(reconciled) };
  },
});
