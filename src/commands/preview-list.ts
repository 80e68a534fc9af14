import { defineCommand } from "../command.js";

export const previewList = defineCommand({
  name: "preview list",
  describe: "Lists the previews: version, URL, age, expiry, status",
  async run(_args, invocation) {
    const [{ readPreviewPlace }, { openContext }, { previewRows }, { default: Table }, { plain }] =
      await Promise.all([
        import("../preview-stack.js"),
        import("../context.js"),
        import("../preview/list.js"),
        import("cli-table3"),
        import("../table.js"),
      ]);
    const context = await openContext(invocation, await readPreviewPlace(invocation.cwd));
    try {
      const rows = previewRows(await context.records.list(), new Date());
      const table = new Table({ ...plain, head: ["PR", "tag", "status", "expires", "URL"] });
      for (const { pr, imageTag, status, expiresAt, url } of rows) {
        table.push([pr, imageTag ?? "", status, expiresAt ?? "", url ?? ""]);
      }
      return { value: rows, text: rows.length === 0 ? "No previews.\n" : `${table.toString()}\n` };
    } finally {
      context.close();
    }
  },
});
