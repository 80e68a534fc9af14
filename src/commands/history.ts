import { defineCommand } from "../core/command.js";
import { onEnvironment } from "./on-environment.js";
import { environment } from "./options.js";

export const history = defineCommand({
  name: "history",
  describe:
    "Shows an environment's deployments, newest first: version, result, who, duration, which were good",
  positionals: { environment },
  async run(args, invocation) {
    const [{ historyRows }, { isOver }, { describeHistory }] = await Promise.all([
      import("../adapters/record/history.js"),
      import("../adapters/record/lock.js"),
      import("../features/inspect/describe-record.js"),
    ]);
    return onEnvironment(invocation, args.environment, async (context, { environment: name }) => {
      const record = (await context.records.read(name))?.record;
      const ownerGone = record?.lock === undefined || (await isOver(record.lock.owner, context));
      const rows = record ? historyRows(record, ownerGone, new Date()) : [];
      return { value: rows, text: describeHistory(name, rows) };
    });
  },
});
