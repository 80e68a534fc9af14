import { defineCommand, type Invocation, type Result } from "../core/command.js";
import { onEnvironment } from "./on-environment.js";
import { onStack } from "./on-stack.js";
import { environment } from "./options.js";

export const history = defineCommand({
  name: "history",
  describe:
    "Shows an environment's deployments, newest first: version, result, who, duration, which were good",
  positionals: { environment },
  options: {
    commands: { type: "flag", describe: "Instead: who ran which command (`run`, `exec`)" },
  },
  async run(args, invocation) {
    if (args.commands === true) return showCommands(args.environment, invocation);
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

/** Of previews too: people look into those most. */
async function showCommands(name: string, invocation: Invocation): Promise<Result> {
  const { describeCommands } = await import("../features/run/describe.js");
  return onStack(invocation, name, async ({ records }, stack) => {
    const commands = [...((await records.read(stack))?.record.commands ?? [])].reverse();
    return { value: commands, text: describeCommands(stack, commands) };
  });
}
