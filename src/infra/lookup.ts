import { lookupOn } from "../aws/lookup.js";
import type { Context } from "../context.js";
import type { Lookup, StateResource } from "../engine/engine.js";
import type { GitHub } from "../github/client.js";
import { deploymentPolicies } from "../github/environment-policies.js";
import { rulesetNumber } from "../github/rulesets.js";
import type { InfraStack } from "./stack.js";

type Inputs = StateResource["inputs"];

/**
 * Finds what a killed run may have created, on AWS and on GitHub, in the form of id that `pulumi import` takes. What
 * GitHub cannot be asked about for want of a token counts as not there; a creation that meets it is then refused.
 */
export function lookupInfra(context: Context, { raw }: InfraStack): Lookup {
  const onAws = lookupOn(context.aws);
  return async ({ type, inputs, ...rest }) => {
    const parts = githubIds[type];
    if (parts) return idOf(parts, inputs);
    const find = githubFinders[type];
    if (find === undefined) return onAws({ type, inputs, ...rest });
    const github = await openGitHubOf(context, String(raw["github:owner"]), text(inputs["repository"]));
    return github && find(github, inputs);
  };
}

/** Types whose id follows from their inputs: the engine's own read then tells whether they exist. */
const githubIds: Record<string, readonly string[]> = {
  "github:index/repositoryEnvironment:RepositoryEnvironment": ["repository", "environment"],
  "github:index/issueLabel:IssueLabel": ["repository", "name"],
  "github:index/actionsVariable:ActionsVariable": ["repository", "variableName"],
  "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable": [
    "repository",
    "environment",
    "variableName",
  ],
};

function idOf(parts: readonly string[], inputs: Inputs): string {
  return parts.map((part) => text(inputs[part])).join(":");
}

/** Types that GitHub numbers. */
const githubFinders: Record<string, (github: GitHub, inputs: Inputs) => Promise<string | undefined>> = {
  "github:index/repositoryRuleset:RepositoryRuleset": async (github, { repository, name }) => {
    const number = await rulesetNumber(github, text(name));
    return number === undefined ? undefined : `${text(repository)}:${number}`;
  },
  "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy": findPolicy,
};

async function findPolicy(github: GitHub, inputs: Inputs): Promise<string | undefined> {
  const { branchPattern, tagPattern } = inputs;
  const environment = text(inputs["environment"]);
  const [type, name] = branchPattern === undefined ? ["tag", tagPattern] : ["branch", branchPattern];
  const policies = await deploymentPolicies(github, environment);
  const found = policies.find((policy) => policy.type === type && policy.name === name);
  return found && `${text(inputs["repository"])}:${environment}:${found.id}`;
}

async function openGitHubOf(
  { target, signal, host }: Context,
  owner: string,
  repo: string,
): Promise<GitHub | undefined> {
  const { apiUrl, token } = target.github;
  if (token === undefined) return undefined;
  const { openGitHub } = await import("../github/client.js");
  return openGitHub({ repository: { owner, repo }, token, apiUrl }, { signal, host });
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
