import { defineCommand } from "../core/command.js";
import { onEnvironment } from "./on-environment.js";
import { environment } from "./options.js";

export const smoke = defineCommand({
  name: "smoke",
  describe: "Runs an environment's smoke test on what is deployed now",
  positionals: { environment },
  async run(args, invocation) {
    const smokes = await import("../features/deploy/smoke/smoke.js");
    return onEnvironment(invocation, args.environment, async (context, { request }) => {
      const value = await smokes.smoke(context, { ...request, imageTag: undefined, lockTimeoutMs: 0 });
      const lines = value.smoke.map(({ url, status }) =>
        url === null ? "The services' tasks run\n" : `${url} answered ${String(status)}\n`,
      );
      return { value, text: lines.join("") };
    });
  },
});
