import { defineCommand, type Invocation } from "../../core/command.js";
import { badRequest } from "../../core/errors.js";
import { onEnvironment } from "../on-environment.js";

const bumps = ["patch", "minor", "major"] as const;

export const releaseDraft = defineCommand({
  name: "release draft",
  describe:
    "Drafts a GitHub release of what dev runs, with notes since the last one; updates an existing draft",
  options: {
    bump: {
      type: "text",
      describe: "Which part of the version to increment: patch, minor or major",
      choices: bumps,
      default: "patch",
    },
    from: {
      type: "text",
      describe: "The environment whose version to release [default: the first in moorage:triggers]",
    },
  },
  examples: ["$0 release draft", "$0 release draft --bump minor"],
  async run(args, invocation) {
    const [{ githubAccess, openGitHub }, { draftRelease }, { runningVersion }, describe, files] =
      await Promise.all([
        import("../../adapters/github/client.js"),
        import("../../features/releases/draft/draft.js"),
        import("../../features/releases/draft/running-version.js"),
        import("../../features/releases/draft/describe.js"),
        import("../../adapters/github/step-files.js"),
      ]);
    const { env, reporter, signal } = invocation;
    const access = githubAccess(env);
    if ("missing" in access) throw noRepository(access.missing);
    const bump = bumps.find((one) => one === args.bump) ?? "patch";
    const from = args.from ?? (await firstEnvironment(invocation));
    const github = openGitHub(access, { reporter, signal });
    const value = await onEnvironment(invocation, from, async ({ records }, { environment, request }) => {
      const record = (await records.read(environment))?.record;
      const { tagPrefixOf } = await import("../../core/project/scope.js");
      const running = await runningVersion(github, environment, record);
      return draftRelease(github, running, bump, tagPrefixOf(request.config));
    });
    await files.writeOutputs(env, {
      verdict: value.result,
      "release-tag": value.tag,
      "release-url": value.url,
    });
    await files.writeSummary(env, describe.draftSummary(value));
    return { value, text: describe.describeDraft(value) };
  },
});

/** Where every version comes first. */
async function firstEnvironment({ cwd }: Invocation): Promise<string> {
  const [{ readProject }, { parseReleaseConfig }, { triggeredEnvironments }] = await Promise.all([
    import("../../core/project/project.js"),
    import("../../core/project/release.js"),
    import("../../core/project/trigger-rules.js"),
  ]);
  return triggeredEnvironments(parseReleaseConfig(await readProject(cwd)).triggers)[0] ?? "dev";
}

function noRepository(missing: string): Error {
  return badRequest(
    "github-missing",
    `A release is drafted on GitHub, and ${missing} is not set.`,
    "Run it in a workflow with `contents: write`, or set GITHUB_REPOSITORY and GITHUB_TOKEN.",
  );
}
