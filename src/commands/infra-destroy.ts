import { defineCommand } from "../command.js";
import { infraStack, onInfra } from "./on-infra.js";
import { durationMs, lockTimeout } from "./options.js";

export const infraDestroy = defineCommand({
  name: "infra destroy",
  describe:
    "Destroys a foundation that nothing stands on, or what `infra up github` made; wants the name again",
  positionals: { stack: infraStack },
  options: {
    yes: { type: "text", describe: "The stack's name once more, instead of typing it" },
    "lock-timeout": lockTimeout,
  },
  examples: ["$0 infra destroy foundation-dev --yes=foundation-dev"],
  async run(args, invocation) {
    const [{ infraDestroy: destroy }, { confirmDestroy }, { describeDestroy }] = await Promise.all([
      import("../infra/destroy.js"),
      import("../infra/confirm.js"),
      import("../infra/describe.js"),
    ]);
    const lockTimeoutMs = await durationMs("--lock-timeout", args["lock-timeout"]);
    return onInfra(invocation, args.stack, async (context, infra) => {
      await confirmDestroy(infra.stack, args.yes, invocation);
      const value = await destroy(context, infra, lockTimeoutMs);
      return { value, text: describeDestroy(value) };
    });
  },
});
