import { environmentsOf } from "./github-fake-environments.js";
import { minimalRepository } from "./github-fake-repository.js";
import type { GitHubFake } from "./github-fake.js";
import { type Answer, type Asked, githubTime, notFound, page, type Route } from "./github-fake-route.js";

/** How a repository is set up, besides its environments. */
export interface Settings {
  labels: string[];
  /** The repository's variables, and those of an environment by its name. */
  variables: Record<string, string>;
  environmentVariables: Record<string, Record<string, string>>;
  secrets: string[];
  /** Patterns of the refs that may deploy to an environment. */
  policies: Record<string, { name: string; type: "branch" | "tag" }[]>;
  /** ISO 8601. */
  createdAt: string;
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
    policies: {},
    createdAt: "2020-01-01T00:00:00Z",
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
    answer: (fake, { parts }) => variables(settingsOf(fake).environmentVariables[decoded(parts)] ?? {}),
  },
  {
    method: "GET",
    pattern: /^\/actions\/variables$/,
    answer: (fake) => variables(settingsOf(fake).variables),
  },
  { method: "GET", pattern: /^\/actions\/secrets$/, answer: listSecrets },
  {
    method: "GET",
    pattern: /^\/actions\/oidc\/customization\/sub$/,
    answer: (fake) => ({ status: 200, body: { use_default: settingsOf(fake).usualSubject } }),
  },
];

function decoded([part = ""]: string[]): string {
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
      ...Object.fromEntries(counts.map((count) => [`${count}_count`, 0])),
      ...Object.fromEntries([...flags, "has_projects", "has_wiki"].map((flag) => [flag, false])),
    },
  };
}

function getLabel(fake: GitHubFake, { parts }: Asked): Answer {
  const name = decoded(parts);
  if (!settingsOf(fake).labels.includes(name)) return notFound;
  const url = `${fake.apiUrl}/repos/${fake.repository}/labels/${encodeURIComponent(name)}`;
  const body = { id: 1, node_id: "LA_1", url, name, description: null, color: "0e8a16", default: false };
  return { status: 200, body };
}

function listPolicies(fake: GitHubFake, { parts }: Asked): Answer {
  if (!environmentsOf(fake).has(decoded(parts))) return notFound;
  const found = settingsOf(fake).policies[decoded(parts)] ?? [];
  const branch_policies = found.map((policy, index) => ({ id: index + 1, node_id: "DBP_1", ...policy }));
  return { status: 200, body: { total_count: found.length, branch_policies } };
}

function variables(values: Record<string, string>): Answer {
  const times = { created_at: githubTime(), updated_at: githubTime() };
  const listed = Object.entries(values).map(([name, value]) => ({ name, value, ...times }));
  return { status: 200, body: { total_count: listed.length, variables: listed } };
}

function listSecrets(fake: GitHubFake, asked: Asked): Answer {
  const { secrets } = settingsOf(fake);
  const times = { created_at: githubTime(), updated_at: githubTime() };
  const { body } = page(
    asked,
    secrets.map((name) => ({ name, ...times })),
  );
  return { status: 200, body: { total_count: secrets.length, secrets: body } };
}
