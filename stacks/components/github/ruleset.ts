import { getTeam } from "@pulumi/github/getTeam.js";
import { getUser } from "@pulumi/github/getUser.js";
import { RepositoryRuleset } from "@pulumi/github/repositoryRuleset.js";
import { adoption } from "./adoption.js";
import type { GitHubConfig } from "../../../src/core/project/github-schema.js";

type ReleaseTags = GitHubConfig["tags"] & { patterns: string[] };

/** Source: terraform-provider-github, `github_repository_ruleset`, `bypass_actors`: ids of the repository's own roles. */
const roleIds = { maintain: 2, write: 4, admin: 5 } as const;

/** GitHub applies all rulesets together: each app of a repository has its own, of its own checks. */
function titleOf(what: string, scope: string | undefined): string {
  return `moorage: ${what}${scope === undefined ? "" : ` (${scope})`}`;
}

/** Nobody pushes to main: a pull request with its reviews, up to date and with its checks passed. */
export function declareRuleset(
  repository: string,
  { main, adopt, scope }: Pick<GitHubConfig, "main" | "adopt" | "scope">,
): void {
  if (!main.protect) return;
  new RepositoryRuleset(
    main.branch,
    {
      repository,
      name: titleOf(main.branch, scope),
      target: "branch",
      enforcement: main.enforcement,
      conditions: { refName: { includes: [`refs/heads/${main.branch}`], excludes: [] } },
      // Of a pull request alone: a single maintainer has nobody who could approve, and still pushes nothing.
      bypassActors: main.adminsBypass
        ? [{ actorType: "RepositoryRole", actorId: roleIds.admin, bypassMode: "pull_request" }]
        : [],
      rules: {
        deletion: true,
        nonFastForward: true,
        pullRequest: {
          requiredApprovingReviewCount: main.approvals,
          requireCodeOwnerReview: main.codeOwners,
          dismissStaleReviewsOnPush: main.dismissStaleApprovals,
        },
        ...checksOf(main),
      },
    },
    adoption(adopt, `RepositoryRuleset ${main.branch}`, [
      "bypassActors",
      "conditions",
      "enforcement",
      "rules",
    ]),
  );
}

/**
 * A release's tag is deployed wherever it goes, with its own commit's workflows: only publishers make, move and delete
 * them. A draft makes none: GitHub makes the tag as its publisher.
 */
export function declareTagRuleset(
  repository: string,
  { tags, adopt, scope }: Pick<GitHubConfig, "adopt" | "scope"> & { tags: ReleaseTags },
): void {
  const { protect, patterns, publishers, enforcement } = tags;
  if (!protect) return;
  new RepositoryRuleset(
    "release tags",
    {
      repository,
      name: titleOf("release tags", scope),
      target: "tag",
      enforcement,
      conditions: { refName: { includes: patterns.map((pattern) => `refs/tags/${pattern}`), excludes: [] } },
      bypassActors: bypassing(publishers),
      rules: { creation: true, update: true, deletion: true },
    },
    adoption(adopt, "RepositoryRuleset release tags", ["bypassActors", "conditions", "enforcement", "rules"]),
  );
}

function bypassing({ users, teams, roles }: GitHubConfig["tags"]["publishers"]) {
  const bypassMode = "always";
  return [
    ...roles.map((role) => ({ actorType: "RepositoryRole", actorId: roleIds[role], bypassMode })),
    ...teams.map((slug) => ({
      actorType: "Team",
      actorId: getTeam({ slug, summaryOnly: true }).then(({ id }) => Number(id)),
      bypassMode,
    })),
    ...users.map((username) => ({
      actorType: "User",
      actorId: getUser({ username }).then(({ id }) => Number(id)),
      bypassMode,
    })),
  ];
}

/** GitHub takes the rule only with a check in it. */
function checksOf({ checks, upToDate }: GitHubConfig["main"]) {
  if (checks.length === 0) return {};
  const requiredChecks = checks.map((context) => ({ context }));
  return { requiredStatusChecks: { requiredChecks, strictRequiredStatusChecksPolicy: upToDate } };
}
