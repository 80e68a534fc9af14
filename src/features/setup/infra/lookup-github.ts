import type { LookupFinding, StateResource } from "../../../adapters/engine/engine.js";
import { hasCode } from "../../../core/errors.js";
import type { GitHub } from "../../../adapters/github/client.js";
import { deploymentPolicies } from "../../../adapters/github/environment-policies.js";
import { rulesetNumber } from "../../../adapters/github/rulesets.js";

type Inputs = StateResource["inputs"];
type Find = (github: GitHub, inputs: Inputs) => Promise<LookupFinding>;

/**
 * What the stack `github` declares, by name. Nothing has tags there: what is in the stack's own repository is its own. Ids
 * have the form that `pulumi import` takes.
 */
export const githubFinders: Readonly<Record<string, Find>> = {
  "github:index/repositoryEnvironment:RepositoryEnvironment": (github, inputs) =>
    named(github, inputs, ["environment"], ([environment_name = ""]) =>
      github.request("GET /repos/{owner}/{repo}/environments/{environment_name}", {
        ...github.access.repository,
        environment_name,
      }),
    ),
  "github:index/issueLabel:IssueLabel": (github, inputs) =>
    named(github, inputs, ["name"], ([name = ""]) =>
      github.request("GET /repos/{owner}/{repo}/labels/{name}", { ...github.access.repository, name }),
    ),
  "github:index/actionsVariable:ActionsVariable": (github, inputs) =>
    named(github, inputs, ["variableName"], ([name = ""]) =>
      github.request("GET /repos/{owner}/{repo}/actions/variables/{name}", {
        ...github.access.repository,
        name,
      }),
    ),
  "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable": (github, inputs) =>
    named(github, inputs, ["environment", "variableName"], ([environment_name = "", name = ""]) =>
      github.request("GET /repos/{owner}/{repo}/environments/{environment_name}/variables/{name}", {
        ...github.access.repository,
        environment_name,
        name,
      }),
    ),
  "github:index/repositoryRuleset:RepositoryRuleset": async (github, { repository, name }) => {
    const number = await rulesetNumber(github, text(name));
    return number === undefined ? absence(github) : { is: "ours", id: `${text(repository)}:${number}` };
  },
  "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy": findPolicy,
};

async function named(
  github: GitHub,
  inputs: Inputs,
  properties: readonly string[],
  ask: (values: readonly string[]) => Promise<unknown>,
): Promise<LookupFinding> {
  const values = properties.map((property) => text(inputs[property]));
  try {
    await ask(values);
  } catch (error) {
    if (!hasCode(error, "github-not-found")) throw error;
    return absence(github);
  }
  return { is: "ours", id: [text(inputs["repository"]), ...values].join(":") };
}

async function findPolicy(github: GitHub, inputs: Inputs): Promise<LookupFinding> {
  const { branchPattern, tagPattern } = inputs;
  const environment = text(inputs["environment"]);
  const [type, name] = branchPattern === undefined ? ["tag", tagPattern] : ["branch", branchPattern];
  const policies = await deploymentPolicies(github, environment);
  const found = policies.find((policy) => policy.type === type && policy.name === name);
  if (found === undefined) return absence(github);
  return { is: "ours", id: `${text(inputs["repository"])}:${environment}:${found.id}` };
}

/** GitHub answers 404 for what a token may not see, too: absent only in a repository that can be seen. */
async function absence({ request, access }: GitHub): Promise<LookupFinding> {
  try {
    await request("GET /repos/{owner}/{repo}", { ...access.repository });
    return { is: "absent" };
  } catch (error) {
    if (!hasCode(error, "github-not-found")) throw error;
    return { is: "unknown", why: "GITHUB_TOKEN cannot access the repository" };
  }
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
