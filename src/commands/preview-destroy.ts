import { defineCommand } from "../command.js";
import { durationMs, lockTimeout, pr } from "./options.js";

export const previewDestroy = defineCommand({
  name: "preview destroy",
  describe: "Destroys the preview of a pull request and proves that nothing of it is left",
  options: { pr, "lock-timeout": lockTimeout },
  async run(args, invocation) {
    const [{ readPreview }, { openContext }, { destroy }] = await Promise.all([
      import("../preview-stack.js"),
      import("../context.js"),
      import("../deployment/destroy.js"),
    ]);
    const { pr: number, stack, place, request } = await readPreview(invocation.cwd, args.pr);
    const lockTimeoutMs = await durationMs("--lock-timeout", args["lock-timeout"]);
    const context = await openContext(invocation, place);
    try {
      const { result, deleted, durationMs: took } = await destroy(context, { ...request, lockTimeoutMs });
      const value = { stack, pr: number, result, deleted, durationMs: took };
      const seconds = (took / 1000).toFixed(1);
      const done = `${stack} destroyed: ${deleted} resources, nothing left, in ${seconds} s\n`;
      return { value, text: result === "absent" ? `${stack} is not there: nothing to destroy\n` : done };
    } finally {
      context.close();
    }
  },
});
