import { hasCode } from "../../core/errors.js";
import type { GitHub } from "./client.js";
import { everyGitHubPage } from "./pages.js";

/** What makes a repository's tokens differ from others'. */
export interface RepositoryFacts {
  id: number;
  ownerId: number;
  createdAt: Date | undefined;
  defaultBranch: string;
}

/** Who and what a job of an environment waits for, and which refs may run there. */
export interface EnvironmentFacts {
  hasReviewers: boolean;
  /** Minutes. */
  wait: number;
  /** Which refs may deploy: all, branches that a rule protects, or those of its patterns. */
  refs: "any" | "patterns" | "protected";
}

/** Undefined for what GitHub answers with 404: not there, or hidden from the token. */
async function unlessAbsent<Value>(ask: Promise<Value>): Promise<Value | undefined> {
  try {
    return await ask;
  } catch (error) {
    if (hasCode(error, "github-not-found")) return undefined;
    throw error;
  }
}

export async function repositoryFacts({ request, access }: GitHub): Promise<RepositoryFacts> {
  const { data } = await request("GET /repos/{owner}/{repo}", access.repository);
  const { id, owner, created_at: created } = data;
  return {
    id: Number(id),
    ownerId: Number(owner.id),
    createdAt: created ? new Date(created) : undefined,
    defaultBranch: data.default_branch,
  };
}

export async function labelExists({ request, access }: GitHub, name: string): Promise<boolean> {
  const ask = request("GET /repos/{owner}/{repo}/labels/{name}", { ...access.repository, name });
  return (await unlessAbsent(ask)) !== undefined;
}

export async function environmentFacts(
  { request, access }: GitHub,
  name: string,
): Promise<EnvironmentFacts | undefined> {
  const route = "GET /repos/{owner}/{repo}/environments/{environment_name}" as const;
  const answer = await unlessAbsent(request(route, { ...access.repository, environment_name: name }));
  if (answer === undefined) return undefined;
  const { protection_rules: rules = [], deployment_branch_policy: policy } = answer.data;
  const waits = rules.map((rule) => ("wait_timer" in rule ? (rule.wait_timer ?? 0) : 0));
  return {
    hasReviewers: rules.some(({ type }) => type === "required_reviewers"),
    wait: Math.max(0, ...waits),
    refs: policy?.custom_branch_policies ? "patterns" : policy?.protected_branches ? "protected" : "any",
  };
}

/** A page. Source: GitHub's API, "List repository variables". */
const mostVariables = 30;

/** Values by name: the repository's, or one environment's. */
export async function variablesOf(
  { request, access }: GitHub,
  environment?: string,
): Promise<Record<string, string>> {
  const found = everyGitHubPage(
    (page) =>
      environment === undefined
        ? request("GET /repos/{owner}/{repo}/actions/variables", { ...access.repository, ...page })
        : request("GET /repos/{owner}/{repo}/environments/{environment_name}/variables", {
            ...access.repository,
            ...page,
            environment_name: environment,
          }),
    ({ data }) => data.variables,
    mostVariables,
  );
  return Object.fromEntries(((await unlessAbsent(found)) ?? []).map(({ name, value }) => [name, value]));
}

/** Names only: GitHub never tells values. */
export async function secretNames({ request, access }: GitHub): Promise<string[]> {
  const secrets = await everyGitHubPage(
    (page) => request("GET /repos/{owner}/{repo}/actions/secrets", { ...access.repository, ...page }),
    ({ data }) => data.secrets,
  );
  return secrets.map(({ name }) => name);
}

/** Whether the subject of the repository's tokens is put together as usual, and not from claims of its own choice. */
export async function hasUsualSubject({ request, access }: GitHub): Promise<boolean> {
  const route = "GET /repos/{owner}/{repo}/actions/oidc/customization/sub" as const;
  const answer = await unlessAbsent(request(route, access.repository));
  return answer?.data.use_default ?? true;
}
