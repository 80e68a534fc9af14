import type { Context } from "../../../context/context.js";
import type { PlanStep } from "../../../adapters/engine/engine.js";
import { hasCode } from "../../../core/errors.js";
import type { GitHub } from "../../../adapters/github/client.js";
import { rulesetNumber } from "../../../adapters/github/rulesets.js";
import type { InfraStack } from "./stack.js";

/** By resource (`IssueLabel deploy`), the id that `pulumi import` takes. */
export type Adoptions = Record<string, string>;

type Inputs = Record<string, unknown>;

/** Finds what stands on GitHub already; undefined for what does not. */
type Find = (github: GitHub, inputs: Inputs) => Promise<string | undefined>;

/**
 * What the GitHub stack would create although the repository has it: GitHub's provider refuses to create what exists, so it is
 * adopted. Empty where nothing gives a token; the creation then says what is in the way.
 */
export async function adoptable(
  { target, signal, reporter }: Context,
  { kind, raw }: InfraStack,
  steps: readonly PlanStep[],
): Promise<Adoptions> {
  const created = steps.filter(({ type, operation }) => operation === "create" && type in finders);
  const { apiUrl, token } = target.github;
  if (kind !== "github" || token === undefined || created.length === 0) return {};
  const { openGitHub } = await import("../../../adapters/github/client.js");
  const found: Adoptions = {};
  for (const { type, name, after = {} } of created) {
    const repository = { owner: String(raw["github:owner"]), repo: text(after["repository"]) };
    const github = openGitHub({ repository, token, apiUrl }, { signal, reporter });
    const id = await finders[type]?.(github, after);
    if (id !== undefined) found[`${type.split(":").at(-1) ?? ""} ${name}`] = id;
  }
  return found;
}

const finders: Record<string, Find> = {
  "github:index/issueLabel:IssueLabel": async (github, { repository, name }) => {
    const { request, access } = github;
    const route = "GET /repos/{owner}/{repo}/labels/{name}" as const;
    const isThere = await answers(request(route, { ...access.repository, name: text(name) }));
    return isThere ? `${text(repository)}:${text(name)}` : undefined;
  },
  "github:index/actionsVariable:ActionsVariable": async (github, { repository, variableName }) => {
    const { request, access } = github;
    const [route, name] = ["GET /repos/{owner}/{repo}/actions/variables/{name}", text(variableName)] as const;
    const isThere = await answers(request(route, { ...access.repository, name }));
    return isThere ? `${text(repository)}:${name}` : undefined;
  },
  "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable": async (github, inputs) => {
    const { request, access } = github;
    const [environment, name] = [text(inputs["environment"]), text(inputs["variableName"])];
    const route = "GET /repos/{owner}/{repo}/environments/{environment_name}/variables/{name}" as const;
    const asked = request(route, { ...access.repository, environment_name: environment, name });
    return (await answers(asked)) ? `${text(inputs["repository"])}:${environment}:${name}` : undefined;
  },
  "github:index/repositoryRuleset:RepositoryRuleset": async (github, { repository, name }) => {
    const number = await rulesetNumber(github, text(name));
    return number === undefined ? undefined : `${text(repository)}:${number}`;
  },
};

/** Only GitHub's own "Not Found" means that it does not exist. */
async function answers(asked: Promise<unknown>): Promise<boolean> {
  try {
    await asked;
    return true;
  } catch (error) {
    if (hasCode(error, "github-not-found")) return false;
    throw error;
  }
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
