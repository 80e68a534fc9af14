import type { GitHubFake } from "./github.js";
import { type Answer, type Asked, githubTime, notFound, type Route } from "./route.js";

/** What lets a job of an environment wait. */
export interface Protection {
  reviewers?: boolean;
  /** Minutes. */
  wait?: number;
  /** As the first job that names it makes it: every ref may deploy there. */
  isOpen?: boolean;
}

const environments = new WeakMap<GitHubFake, Map<string, Protection>>();

/** The repository's environments, by name: none exists unless a test puts it there. */
export function environmentsOf(fake: GitHubFake): Map<string, Protection> {
  const known = environments.get(fake) ?? new Map<string, Protection>();
  environments.set(fake, known);
  return known;
}

export const environmentRoutes: readonly Route[] = [
  { method: "GET", pattern: /^\/environments\/([^/]+)$/, answer: getEnvironment },
];

function getEnvironment(fake: GitHubFake, { parts: [name = ""] }: Asked): Answer {
  const protection = environmentsOf(fake).get(decodeURIComponent(name));
  if (protection === undefined) return notFound;
  const url = `${fake.apiUrl}/repos/${fake.repository}/environments/${name}`;
  const now = githubTime();
  const rules = [
    ...(protection.wait === undefined ? [] : [{ type: "wait_timer", wait_timer: protection.wait }]),
    ...(protection.reviewers
      ? [{ type: "required_reviewers", prevent_self_review: false, reviewers: [] }]
      : []),
    ...(protection.isOpen ? [] : [{ type: "branch_policy" }]),
  ];
  const body = {
    id: fake.id(),
    node_id: "MDExOkVudmlyb25tZW50MQ==",
    name,
    url,
    html_url: url,
    created_at: now,
    updated_at: now,
    protection_rules: rules.map((rule) => ({ id: fake.id(), node_id: "MDQ6R2F0ZTM3NTU=", ...rule })),
    deployment_branch_policy: protection.isOpen
      ? null
      : { protected_branches: false, custom_branch_policies: true },
  };
  return { status: 200, body };
}
