import { defineCommand } from "../../core/command.js";
import { durationMs, lockTimeout, prOfEvent } from "../options.js";

export const previewDestroy = defineCommand({
  name: "preview destroy",
  describe: "Destroys a pull request's preview and verifies that nothing of it is left",
  options: { pr: prOfEvent, "lock-timeout": lockTimeout },
  async run(args, invocation) {
    const [{ readPreviewRun }, { readPreview }, { destroyPreview, describeDestruction }] = await Promise.all([
      import("../../features/publish/preview-run.js"),
      import("../../context/preview-stack.js"),
      import("../../features/previews/destroy-preview.js"),
    ]);
    const asked = await readPreviewRun(invocation, args.pr);
    const preview = await readPreview(invocation.cwd, asked.pr);
    const lockTimeoutMs = await durationMs("--lock-timeout", args["lock-timeout"]);
    const result = await destroyPreview(invocation, { asked, preview, lockTimeoutMs });
    const { pr, stack } = preview;
    return { value: { stack, pr, ...result }, text: describeDestruction(stack, result) };
  },
});
