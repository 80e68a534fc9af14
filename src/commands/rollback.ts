import { defineCommand } from "../core/command.js";
import { onEnvironment } from "./on-environment.js";
import { durationMs, environment as environmentName, lockTimeout, overrideOf } from "./options.js";

export const rollback = defineCommand({
  name: "rollback",
  describe: "Rolls back to the last good release: the same digests, verified like a deployment",
  positionals: { environment: environmentName },
  options: {
    to: { type: "text", describe: "A tag or digest that ran well in this environment before" },
    "dry-run": { type: "flag", describe: "Show what would change; change nothing" },
    reason: {
      type: "text",
      describe:
        "Allow --to although the previous environment was rolled back from it; the reason is recorded",
    },
    "lock-timeout": lockTimeout,
  },
  examples: ["$0 rollback prod --dry-run", "$0 rollback prod --to v1.2.2"],
  async run(args, invocation) {
    const [runs, rollbacks, { changesOf, describeDeployment }] = await Promise.all([
      import("../features/publish/environment-run.js"),
      import("../features/deploy/rollback/requested.js"),
      import("../features/deploy/describe.js"),
    ]);
    const lockTimeoutMs = await durationMs("--lock-timeout", args["lock-timeout"]);
    return onEnvironment(invocation, args.environment, async (context, environment) => {
      const { environment: name, request } = environment;
      const despite = overrideOf(args.reason);
      const wanted = { ...request, ...despite, imageTag: undefined, lockTimeoutMs, plan: true, to: args.to };
      if (args["dry-run"] === true) {
        const plan = await rollbacks.planRollback(context, wanted);
        const lines = [...rollbacks.describeDiff(plan), `  ${changesOf(plan.changes)}`, ""];
        return { value: { environment: name, ...plan }, text: lines.join("\n") };
      }
      const { stack, ...rest } = await runs.publishedDeployment(
        invocation,
        runs.publishTarget(environment),
        (listener) => rollbacks.rollback(context, { ...wanted, ...(listener && { listener }) }),
      );
      return { value: { stack, environment: name, ...rest }, text: describeDeployment({ stack, ...rest }) };
    });
  },
});
