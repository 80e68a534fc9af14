import { defineCommand } from "../command.js";
import { durationMs, lockTimeout, prOfEvent } from "./options.js";

export const previewDestroy = defineCommand({
  name: "preview destroy",
  describe: "Destroys the preview of a pull request and proves that nothing of it is left",
  options: { pr: prOfEvent, "lock-timeout": lockTimeout },
  async run(args, invocation) {
    const [previewRun, { readPreview }, { openContext }, { destroy }] = await Promise.all([
      import("../preview-run.js"),
      import("../preview-stack.js"),
      import("../context.js"),
      import("../deployment/destroy.js"),
    ]);
    const asked = await previewRun.readPreviewRun(invocation, args.pr);
    const { pr, stack, place, request } = await readPreview(invocation.cwd, asked.pr);
    const lockTimeoutMs = await durationMs("--lock-timeout", args["lock-timeout"]);
    const context = await openContext(invocation, place);
    try {
      const subject = { project: place.project, stack, pr };
      const {
        result,
        deleted,
        durationMs: took,
      } = await previewRun.published(invocation, asked, subject, {
        begins: false,
        work: () => destroy(context, { ...request, lockTimeoutMs }),
        outcome: (done) => ({ kind: "destroyed", result: done }),
      });
      const value = { stack, pr, result, deleted, durationMs: took };
      const seconds = (took / 1000).toFixed(1);
      const done = `${stack} destroyed: ${deleted} resources, nothing left, in ${seconds} s\n`;
      return { value, text: result === "absent" ? `${stack} is not there: nothing to destroy\n` : done };
    } finally {
      context.close();
    }
  },
});
