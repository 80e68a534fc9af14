import { defineCommand } from "../command.js";
import { badRequest } from "../errors.js";
import { onEnvironment } from "./on-environment.js";
import { durationMs, environment as environmentName, lockTimeout } from "./options.js";

export const deploy = defineCommand({
  name: "deploy",
  describe: "Deploys an environment: plan, rollout, smoke test; what fails is put back",
  positionals: { environment: environmentName },
  options: {
    tag: {
      type: "text",
      describe: "The image tag [default: MOORAGE_IMAGE_TAG, else what is deployed now, else latest]",
    },
    services: { type: "text", describe: "Only these services, separated by commas; the others stay" },
    force: { type: "flag", describe: "New tasks also where nothing has changed, for changed secrets" },
    reason: { type: "text", describe: "Why it need not have run well in the environment before; recorded" },
    "lock-timeout": lockTimeout,
  },
  examples: ["$0 deploy dev --tag sha-0123456789ab", "$0 deploy staging --tag v1.2.3 --services web"],
  async run(args, invocation) {
    const [runs, { deploy: deployStack }, { describeDeployment }, { mayBeSuperseded }] = await Promise.all([
      import("../environment-run.js"),
      import("../deployment/deploy.js"),
      import("../deployment/describe.js"),
      import("../release/order.js"),
    ]);
    const { env, cwd } = invocation;
    const options = {
      imageTag: await askedTag(args.tag, env["MOORAGE_IMAGE_TAG"]),
      lockTimeoutMs: await durationMs("--lock-timeout", args["lock-timeout"]),
      plan: true,
      force: args.force === true,
      ...(args.reason !== undefined && { despite: reasonOf(args.reason) }),
      ...(args.services !== undefined && { only: args.services.split(",").map((one) => one.trim()) }),
      ...(mayBeSuperseded(env["GITHUB_EVENT_NAME"]) && { newestWins: { folder: cwd } }),
    };
    return onEnvironment(invocation, args.environment, async (context, environment) => {
      const wanted = { ...environment.request, ...options };
      const { stack, ...rest } = await runs.publishedDeployment(
        invocation,
        runs.publishedAs(environment),
        (listener) => deployStack(context, { ...wanted, ...(listener && { listener }) }),
      );
      return { value: { stack, environment: stack, ...rest }, text: describeDeployment({ stack, ...rest }) };
    });
  },
});

function reasonOf(text: string): string {
  if (text.trim() !== "") return text.trim();
  throw badRequest("bad-arguments", "--reason is empty.", "Say why in a few words.");
}

/** A tag that is wrong is refused before anything is opened. */
async function askedTag(flag: string | undefined, env: string | undefined): Promise<string | undefined> {
  const { environmentTag } = await import("../config/tag.js");
  const { tag, source } = environmentTag({ flag, env });
  return source === "latest" ? undefined : tag;
}
