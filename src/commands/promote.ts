import { resolve } from "node:path";
import { defineCommand, type Invocation } from "../core/command.js";
import type { Context } from "../context/context.js";
import type { EnvironmentStack } from "../context/environment-stack.js";
import { badRequest } from "../core/errors.js";
import type { Side } from "../features/releases/promote/environment.js";
import { onEnvironment } from "./on-environment.js";

export const promote = defineCommand({
  name: "promote",
  describe: "Copies the images of a tag, unchanged, to another environment's registry",
  options: {
    tag: {
      type: "text",
      describe: "The image tag that ran in --from; a release's tag stands for its commit's image",
      required: true,
    },
    from: { type: "text", describe: "The environment where it ran well", required: true },
    to: { type: "text", describe: "The environment to promote it to", required: true },
    as: { type: "text", describe: "The version's tag in the target, such as v1.2.3 [default: --tag]" },
    source: {
      type: "text",
      describe: "A folder of the app's git repository [default: the project's folder]",
    },
  },
  examples: ["$0 promote --tag sha-0123456789ab --from dev --to staging --as v1.2.3"],
  async run(args, invocation) {
    const [runs, { checkTag }, { openSource }, { promote: promoteImages }, { describePromotion }] =
      await Promise.all([
        import("../features/publish/environment-run.js"),
        import("../core/project/tag.js"),
        import("../adapters/git/repository.js"),
        import("../features/releases/promote/promote.js"),
        import("../features/releases/promote/describe.js"),
      ]);
    const tag = checkTag(args.tag);
    const as = checkTag(args.as ?? tag);
    if (args.from === args.to) throw sameEnvironment(args.to);
    // What the project says is about its own repository, not about one that --source names.
    const main = args.source === undefined ? await projectMain(invocation) : undefined;
    const source = await openSource(resolve(invocation.cwd, args.source ?? "."), main);
    const value = await onEnvironment(invocation, args.from, (fromContext, from) =>
      onEnvironment(invocation, args.to, (toContext, to) =>
        runs.withEnvironmentPublishing(
          invocation,
          runs.publishTarget(to),
          () =>
            promoteImages({ from: sideOf(fromContext, from), to: sideOf(toContext, to), tag, as, source }),
          (result) => ({ kind: "promoted", result }),
        ),
      ),
    );
    return { value, text: describePromotion(value) };
  },
});

async function projectMain({ cwd, env }: Pick<Invocation, "cwd" | "env">): Promise<string | undefined> {
  const [{ readProject }, { readRun }, { mainBranch }] = await Promise.all([
    import("../core/project/project.js"),
    import("../adapters/github/event.js"),
    import("../adapters/git/main-branch.js"),
  ]);
  return mainBranch(await readProject(cwd), await readRun(env));
}

function sideOf(context: Context, { environment, request }: EnvironmentStack): Side {
  return { environment, config: request.config, context };
}

function sameEnvironment(name: string): Error {
  return badRequest(
    "same-environment",
    `${name} cannot be promoted to itself.`,
    "Name the environment where the image ran with --from, and the next one with --to.",
  );
}
