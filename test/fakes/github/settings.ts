import { environmentsOf } from "./environments.js";
import { minimalRepository } from "./repository.js";
import type { GitHubFake } from "./github.js";
import { type Answer, type Asked, githubTime, notFound, page, type Route } from "./route.js";

/** How a repository is set up, besides its environments. */
export interface Settings {
  labels: string[];
  /** The repository's variables, and those of an environment by its name. */
  variables: Record<string, string>;
  environmentVariables: Record<string, Record<string, string>>;
  secrets: string[];
  rulesets: { id: number; name: string }[];
  /** Patterns of the refs that may deploy to an environment. */
  policies: Record<string, { name: string; type: "branch" | "tag" }[]>;
  /** ISO 8601. */
  createdAt: string;
  defaultBranch: string;
  usualSubject: boolean;
}

const settings = new WeakMap<GitHubFake, Settings>();

/** An old repository with nothing in it, until a test changes that. */
export function settingsOf(fake: GitHubFake): Settings {
  const known = settings.get(fake) ?? {
    labels: [],
    variables: {},
    environmentVariables: {},
    secrets: [],
    rulesets: [],
    policies: {},
    createdAt: "2020-01-01T00:00:00Z",
    defaultBranch: "main",
    usualSubject: true,
  };
  settings.set(fake, known);
  return known;
}

export const settingsRoutes: readonly Route[] = [
  { method: "GET", pattern: /^$/, answer: getRepository },
  { method: "GET", pattern: /^\/labels\/([^/]+)$/, answer: getLabel },
  { method: "GET", pattern: /^\/environments\/([^/]+)\/deployment-branch-policies$/, answer: listPolicies },
  {
    method: "GET",
    pattern: /^\/environments\/([^/]+)\/variables$/,
    answer: (fake, asked) =>
      listVariables(asked, settingsOf(fake).environmentVariables[decoded(asked.parts[0])]),
  },
  {
    method: "GET",
    pattern: /^\/environments\/([^/]+)\/variables\/([^/]+)$/,
    answer: (fake, { parts: [environment, name] }) =>
      getVariable(settingsOf(fake).environmentVariables[decoded(environment)], name),
  },
  {
    method: "GET",
    pattern: /^\/actions\/variables$/,
    answer: (fake, asked) => listVariables(asked, settingsOf(fake).variables),
  },
  {
    method: "GET",
    pattern: /^\/actions\/variables\/([^/]+)$/,
    answer: (fake, { parts: [name] }) => getVariable(settingsOf(fake).variables, name),
  },
  { method: "GET", pattern: /^\/rulesets$/, answer: listRulesets },
  { method: "GET", pattern: /^\/actions\/secrets$/, answer: listSecrets },
  {
    method: "GET",
    pattern: /^\/actions\/oidc\/customization\/sub$/,
    answer: (fake) => ({ status: 200, body: { use_default: settingsOf(fake).usualSubject } }),
  },
];

function decoded(part = ""): string {
  return decodeURIComponent(part);
}

/** The numbers that tokens' subjects carry. */
export const repositoryId = 1;
export const ownerId = 2;

function getRepository(fake: GitHubFake): Answer {
  const times = { created_at: settingsOf(fake).createdAt, updated_at: githubTime(), pushed_at: githubTime() };
  const owner = { ...fake.views.user(fake.repository.split("/")[0] ?? ""), id: ownerId };
  const counts = ["forks", "open_issues", "stargazers", "subscribers", "watchers", "network"];
  const flags = ["archived", "disabled", "has_discussions", "has_downloads", "has_issues", "has_pages"];
  return {
    status: 200,
    body: {
      ...minimalRepository(fake.apiUrl, fake.repository, owner),
      ...times,
      id: repositoryId,
      default_branch: settingsOf(fake).defaultBranch,
      ...Object.fromEntries(
        ["clone_url", "git_url", "ssh_url", "svn_url"].map((name) => [name, fake.apiUrl]),
      ),
      ...Object.fromEntries(["homepage", "language", "license", "mirror_url"].map((name) => [name, null])),
      ...Object.fromEntries(["forks", "open_issues", "size", "watchers"].map((name) => [name, 0])),
      ...Object.fromEntries(counts.map((count) => [`${count}_count`, 0])),
      ...Object.fromEntries([...flags, "has_projects", "has_wiki"].map((flag) => [flag, false])),
    },
  };
}

function getLabel(fake: GitHubFake, { parts }: Asked): Answer {
  const name = decoded(parts[0]);
  if (!settingsOf(fake).labels.includes(name)) return notFound;
  const url = `${fake.apiUrl}/repos/${fake.repository}/labels/${encodeURIComponent(name)}`;
  const body = { id: 1, node_id: "LA_1", url, name, description: null, color: "0e8a16", default: false };
  return { status: 200, body };
}

function listPolicies(fake: GitHubFake, asked: Asked): Answer {
  const environment = decoded(asked.parts[0]);
  if (!environmentsOf(fake).has(environment)) return notFound;
  const found = settingsOf(fake).policies[environment] ?? [];
  const policies = found.map((policy, index) => ({ id: index + 1, node_id: "DBP_1", ...policy }));
  return counted(asked, "branch_policies", policies);
}

function variable([name, value]: [string, string]) {
  return { name, value, created_at: githubTime(), updated_at: githubTime() };
}

function listVariables(asked: Asked, values: Record<string, string> = {}): Answer {
  // Source: GitHub's API, "List repository variables": `per_page` is 30 at most.
  return counted(asked, "variables", Object.entries(values).map(variable), 30);
}

function getVariable(values: Record<string, string> = {}, part?: string): Answer {
  const found = Object.entries(values).find(([name]) => name === decoded(part));
  return found === undefined ? notFound : { status: 200, body: variable(found) };
}

function listRulesets(fake: GitHubFake, asked: Asked): Answer {
  const rulesets = settingsOf(fake).rulesets.map((ruleset) => ({
    ...ruleset,
    target: "branch",
    source_type: "Repository",
    source: fake.repository,
    enforcement: "active",
  }));
  return page(asked, rulesets);
}

function listSecrets(fake: GitHubFake, asked: Asked): Answer {
  const times = { created_at: githubTime(), updated_at: githubTime() };
  const { secrets } = settingsOf(fake);
  return counted(
    asked,
    "secrets",
    secrets.map((name) => ({ name, ...times })),
  );
}

/** A page of a list that stands under a name, beside how many there are. */
function counted(asked: Asked, name: string, all: readonly unknown[], most?: number): Answer {
  const { body, ...answer } = page(asked, all, most);
  return { ...answer, body: { total_count: all.length, [name]: body } };
}
