import { defineCommand, type Result } from "../core/command.js";
import type { Context } from "../context/context.js";
import type { EnvironmentStack } from "../context/environment-stack.js";
import { badRequest } from "../core/errors.js";
import { onEnvironment } from "./on-environment.js";
import { durationMs, environment as environmentName, lockTimeout, overrideOf } from "./options.js";

export const deploy = defineCommand({
  name: "deploy",
  describe: "Deploys an environment: plan, rollout, smoke test; rolls back automatically on failure",
  positionals: { environment: environmentName },
  options: {
    tag: {
      type: "text",
      describe: "The image tag [default: MOORAGE_IMAGE_TAG, else what is deployed now, else latest]",
    },
    "tag-from-parameter": {
      type: "flag",
      describe: "Deploy the tag of the last `moorage request`, read once this run holds the lock",
    },
    "if-deployed": { type: "flag", describe: "Do nothing if the environment has no good deployment yet" },
    services: {
      type: "text",
      describe: "Only these services, separated by commas; the others stay unchanged",
    },
    force: {
      type: "flag",
      describe: "Start new tasks even if nothing changed, for example after a secret changed",
    },
    reason: {
      type: "text",
      describe: "Deploy it although it has not run well in the previous environment; the reason is recorded",
    },
    "lock-timeout": lockTimeout,
  },
  examples: ["$0 deploy dev --tag sha-0123456789ab", "$0 deploy staging --tag v1.2.3 --services web"],
  async run(args, invocation) {
    const [runs, { deploy: deployStack }, { describeDeployment }, { mayBeSuperseded }] = await Promise.all([
      import("../features/publish/environment-run.js"),
      import("../features/deploy/deploy.js"),
      import("../features/deploy/describe.js"),
      import("../features/deploy/version-order.js"),
    ]);
    const { env, cwd } = invocation;
    const requested = args["tag-from-parameter"] === true;
    if (requested && args.tag !== undefined) throw twoTags();
    // Whoever requested a version named it, as with --tag: it is not given up for a newer one.
    const isAutomatic = !requested && mayBeSuperseded(env["GITHUB_EVENT_NAME"]);
    const options = {
      imageTag: requested ? undefined : await askedTag(args.tag, env["MOORAGE_IMAGE_TAG"]),
      lockTimeoutMs: await durationMs("--lock-timeout", args["lock-timeout"]),
      plan: true,
      force: args.force === true,
      ...overrideOf(args.reason),
      ...(args.services !== undefined && { services: args.services.split(",").map((one) => one.trim()) }),
      ...(isAutomatic && { newestWins: { folder: cwd } }),
    };
    return onEnvironment(invocation, args.environment, async (context, environment) => {
      if (args["if-deployed"] === true && !(await wasDeployed(context, args.environment))) {
        return nothingThere(args.environment);
      }
      const decide = requested ? await requestedTagOf(context, environment) : undefined;
      const wanted = { ...environment.request, ...options, ...(decide && { resolveUnderLock: decide }) };
      const { stack, ...rest } = await runs.publishedDeployment(
        invocation,
        { ...runs.publishTarget(environment), appElsewhere: requested },
        (listener) => deployStack(context, { ...wanted, ...(listener && { listener }) }),
      );
      return { value: { stack, environment: stack, ...rest }, text: describeDeployment({ stack, ...rest }) };
    });
  },
});

/** `deploy` without a tag would have nothing to go by but `latest`. */
async function wasDeployed({ records }: Context, stack: string): Promise<boolean> {
  const known = await records.read(stack);
  return known?.record.history.some(({ good }) => good) ?? false;
}

function nothingThere(stack: string): Result {
  const text = `${stack} was never deployed: nothing to update\n`;
  return { value: { stack, environment: stack, result: "absent" }, text };
}

/** Read when the environment is held: whoever waits for it deploys what is requested by then. */
async function requestedTagOf(
  context: Context,
  { environment, request }: EnvironmentStack,
): Promise<() => Promise<{ imageTag: string }>> {
  const { requestedTag } = await import("../features/releases/remote-deploy/requested-tag.js");
  return async () => ({ imageTag: await requestedTag(context, request.config.app, environment) });
}

function twoTags(): Error {
  return badRequest(
    "bad-arguments",
    "--tag and --tag-from-parameter cannot be combined.",
    "Give one of them.",
  );
}

/** A tag that is wrong is refused before anything is opened. */
async function askedTag(flag: string | undefined, env: string | undefined): Promise<string | undefined> {
  const { environmentTag } = await import("../core/project/tag.js");
  const { tag, source } = environmentTag({ flag, env });
  return source === "latest" ? undefined : tag;
}
