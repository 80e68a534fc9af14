import { defineCommand } from "../../core/command.js";
import { infraStack, onInfra } from "../on-infra.js";
import { durationMs, lockTimeout } from "../options.js";

export const infraUp = defineCommand({
  name: "infra up",
  describe: "Creates or updates a foundation, or the GitHub repository's settings for the workflows",
  positionals: { stack: infraStack },
  options: { "lock-timeout": lockTimeout },
  examples: ["$0 infra up foundation-dev", "$0 infra up github"],
  async run(args, invocation) {
    const [{ infraUp: up }, { describeUp }] = await Promise.all([
      import("../../features/setup/infra/up.js"),
      import("../../features/setup/infra/describe.js"),
    ]);
    const lockTimeoutMs = await durationMs("--lock-timeout", args["lock-timeout"]);
    return onInfra(invocation, args.stack, async (context, infra) => {
      const value = await up(context, infra, lockTimeoutMs);
      return { value, text: describeUp(value) };
    });
  },
});
