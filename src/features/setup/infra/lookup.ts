import { lookupOn } from "../../../adapters/aws/lookup.js";
import type { Context } from "../../../context/context.js";
import type { Lookup } from "../../../adapters/engine/engine.js";
import type { GitHub } from "../../../adapters/github/client.js";
import { githubFinders } from "./lookup-github.js";
import type { InfraStack } from "./stack.js";

/** Finds what a killed run may have created, on AWS and on GitHub, in the form of id that `pulumi import` takes. */
export function lookupInfra(context: Context, { raw }: Pick<InfraStack, "raw">): Lookup {
  const onAws = lookupOn(context.aws);
  return async (resource, known) => {
    const find = githubFinders[resource.type];
    if (find === undefined) return onAws(resource, known);
    const { repository } = resource.inputs;
    const github = await openGitHubOf(context, String(raw["github:owner"]), String(repository));
    if (github === undefined)
      return { is: "unknown", why: "nothing gives a token for GitHub: set GITHUB_TOKEN" };
    return find(github, resource.inputs);
  };
}

async function openGitHubOf(
  { target, signal, reporter }: Context,
  owner: string,
  repo: string,
): Promise<GitHub | undefined> {
  const { apiUrl, token } = target.github;
  if (token === undefined) return undefined;
  const { openGitHub } = await import("../../../adapters/github/client.js");
  return openGitHub({ repository: { owner, repo }, token, apiUrl }, { signal, reporter });
}
