import { defineCommand } from "../../core/command.js";
import { exitCodes } from "../../core/errors.js";
import { isPreviewStack } from "../../core/project/preview-names.js";
import { shownCell } from "../../core/shown.js";

export const previewList = defineCommand({
  name: "preview list",
  describe: "Lists the previews: version, URL, age, expiry, status",
  async run(_args, invocation) {
    const [
      { readPreviewPlace },
      { withContext },
      { previewRows },
      { default: Table },
      { plain },
      { relativeTime },
    ] = await Promise.all([
      import("../../context/preview-stack.js"),
      import("../../context/with-context.js"),
      import("../../features/previews/list.js"),
      import("cli-table3"),
      import("../../core/table.js"),
      import("../../core/durations.js"),
    ]);
    return withContext(invocation, await readPreviewPlace(invocation.cwd), async (context) => {
      const now = new Date();
      const unreadable: string[] = [];
      const records = await context.records.list(isPreviewStack, (stack, { message, hint }) => {
        unreadable.push(stack);
        context.reporter.notify({ kind: "warning", text: message, hint });
      });
      const rows = previewRows(records, now, unreadable);
      const table = new Table({ ...plain, head: ["PR", "tag", "status", "expires", "URL"] });
      for (const { pr, imageTag, status, expiresAt, url } of rows) {
        const expires = expiresAt === null ? "" : relativeTime(expiresAt, now);
        table.push([pr, imageTag, status, expires, url].map(shownCell));
      }
      const text = rows.length === 0 ? "No previews.\n" : `${table.toString()}\n`;
      return { value: rows, text, ...(unreadable.length > 0 && { exitCode: exitCodes.failed }) };
    });
  },
});
