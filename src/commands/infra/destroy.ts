import { defineCommand, type Invocation } from "../../core/command.js";
import { onEnvironment } from "../on-environment.js";
import { onInfra } from "../on-infra.js";
import { durationMs, lockTimeout } from "../options.js";

export const infraDestroy = defineCommand({
  name: "infra destroy",
  describe: "Destroys an environment, an unused foundation, or what `infra up github` created",
  positionals: {
    stack: { describe: "An environment, a foundation (foundation-dev), or github", required: true },
  },
  options: {
    yes: { type: "text", describe: "Confirm with the stack's name instead of typing it" },
    "lock-timeout": lockTimeout,
  },
  examples: [
    "$0 infra destroy staging   # asks for the name",
    "$0 infra destroy foundation-dev --yes=foundation-dev",
  ],
  async run(args, invocation) {
    const [{ stackKind }, { describeDestroy }] = await Promise.all([
      import("../../core/project/stack-kind.js"),
      import("../../features/setup/infra/describe.js"),
    ]);
    const lockTimeoutMs = await durationMs("--lock-timeout", args["lock-timeout"]);
    const destroy = stackKind(args.stack) === "environment" ? destroyEnvironment : destroyInfra;
    const value = await destroy(invocation, { stack: args.stack, yes: args.yes, lockTimeoutMs });
    return { value, text: describeDestroy(value) };
  },
});

interface Asked {
  stack: string;
  yes: string | undefined;
  lockTimeoutMs: number;
}

/** An environment goes as a preview does: its absence is proven on the target, and its record goes with it. */
function destroyEnvironment(invocation: Invocation, { stack, yes, lockTimeoutMs }: Asked) {
  return onEnvironment(invocation, stack, async (context, { request }) => {
    const [{ destroy }, { confirmDestroy }] = await Promise.all([
      import("../../features/deploy/destroy.js"),
      import("../../features/setup/infra/confirm.js"),
    ]);
    await confirmDestroy(stack, yes, invocation);
    return { stack, ...(await destroy(context, { ...request, lockTimeoutMs })) };
  });
}

function destroyInfra(invocation: Invocation, { stack, yes, lockTimeoutMs }: Asked) {
  return onInfra(invocation, stack, async (context, infra) => {
    const [{ infraDestroy: destroy }, { confirmDestroy }] = await Promise.all([
      import("../../features/setup/infra/destroy.js"),
      import("../../features/setup/infra/confirm.js"),
    ]);
    await confirmDestroy(infra.stack, yes, invocation);
    return destroy(context, infra, lockTimeoutMs);
  });
}
