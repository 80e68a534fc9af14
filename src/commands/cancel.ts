import { defineCommand } from "../core/command.js";
import { onEnvironment } from "./on-environment.js";
import { durationMs, environment } from "./options.js";

export const cancel = defineCommand({
  name: "cancel",
  describe: "Stops the running deployment of an environment; ECS rolls it back",
  positionals: { environment },
  options: {
    "lock-timeout": {
      type: "text",
      describe: "How long to wait for the run to stop",
      default: "5m",
    },
  },
  async run(args, invocation) {
    const cancellation = await import("../features/deploy/cancel.js");
    const timeoutMs = await durationMs("--lock-timeout", args["lock-timeout"]);
    return onEnvironment(invocation, args.environment, async (context, { environment: name, request }) => {
      const value = await cancellation.cancel(context, { ...request, timeoutMs });
      const next = `\`moorage deploy ${name}\` resumes where it stopped`;
      const isLate = value.owner !== null;
      const nothing = isLate
        ? "the deployment succeeded before it could be stopped"
        : "no deployment is running";
      const text = value.result === "nothing" ? nothing : `cancelled; ${next}`;
      return { value, text: `${name}: ${text}\n` };
    });
  },
});
