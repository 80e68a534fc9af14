import { defineCommand } from "../command.js";
import { onEnvironment } from "./on-environment.js";
import { environment } from "./options.js";

export const unlock = defineCommand({
  name: "unlock",
  describe: "Ends a lock that a person set with `moorage lock`",
  positionals: { environment },
  async run(args, invocation) {
    const { amend } = await import("../record/amend.js");
    return onEnvironment(invocation, args.environment, async (context, { environment: stack }) => {
      const freeze = (await context.records.read(stack))?.record.freeze;
      if (freeze === undefined) {
        return { value: { environment: stack, unlocked: null }, text: `${stack} is not locked\n` };
      }
      await amend(context.records, { project: context.project, stack }, () => ({ freeze: undefined }));
      const text = `${stack} is unlocked; ${freeze.by} had locked it: ${freeze.reason}\n`;
      return { value: { environment: stack, unlocked: freeze }, text };
    });
  },
});
