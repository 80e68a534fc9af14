import { defineCommand } from "../../core/command.js";
import { badRequest } from "../../core/errors.js";
import { pr } from "../options.js";
import { urlIn } from "../url.js";

export const previewUrl = defineCommand({
  name: "preview url",
  describe: "Prints the URL of a pull request's preview",
  options: { pr },
  async run(args, invocation) {
    const [{ readPreview }, { withContext }] = await Promise.all([
      import("../../context/preview-stack.js"),
      import("../../context/with-context.js"),
    ]);
    const preview = await readPreview(invocation.cwd, args.pr);
    return withContext(invocation, preview.place, async (context) => {
      const url = urlIn((await context.records.read(preview.stack))?.record);
      if (url === undefined) {
        throw badRequest(
          "no-preview",
          `${preview.stack} has no URL: it was never deployed successfully.`,
          `Run \`moorage preview up --pr ${preview.pr} --tag T\`, or see \`moorage preview list\`.`,
        );
      }
      return { value: { stack: preview.stack, pr: preview.pr, url }, text: `${url}\n` };
    });
  },
});
