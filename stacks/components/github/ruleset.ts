import { RepositoryRuleset } from "@pulumi/github/repositoryRuleset.js";
import { type Adoptions, adoption } from "./adoption.js";
import type { GitHubConfig } from "../../../src/config/github-schema.js";

/** Nobody pushes to main: a pull request with its reviews, up to date and with its checks passed. */
export function declareRuleset(repository: string, main: GitHubConfig["main"], adoptions: Adoptions): void {
  if (!main.protect) return;
  new RepositoryRuleset(
    main.branch,
    {
      repository,
      name: `moorage: ${main.branch}`,
      target: "branch",
      enforcement: main.enforcement,
      conditions: { refName: { includes: [`refs/heads/${main.branch}`], excludes: [] } },
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
    adoption(adoptions, `RepositoryRuleset ${main.branch}`, [
      "bypassActors",
      "conditions",
      "enforcement",
      "rules",
    ]),
  );
}

/** GitHub takes the rule only with a check in it. */
function checksOf({ checks, upToDate }: GitHubConfig["main"]) {
  if (checks.length === 0) return {};
  const requiredChecks = checks.map((context) => ({ context }));
  return { requiredStatusChecks: { requiredChecks, strictRequiredStatusChecksPolicy: upToDate } };
}
