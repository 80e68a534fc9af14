import { hasCode, MoorageError } from "../../../core/errors.js";
import { githubEnvironment } from "../../../core/project/scope.js";
import type { GitHub } from "../../../adapters/github/client.js";
import type { ReleasePlan } from "./release-plan.js";

/**
 * Sees to it that GitHub asks somebody, or waits, where `moorage:release` says approval: an environment without reviewers
 * and wait timer lets everything pass. Raises `approval-unguarded` (exit 4) for the first that does not.
 * Source: GitHub REST API, "Get an environment"; its token needs `actions: read`.
 */
export async function checkApprovals({ stops }: ReleasePlan, github: GitHub, scope?: string): Promise<void> {
  for (const { environment, gate } of stops) {
    if (gate === "approval")
      await checkApproval(environment, githubEnvironment({ scope }, environment), github);
  }
}

async function checkApproval(stack: string, name: string, github: GitHub): Promise<void> {
  const rules = await protectionOf(name, github);
  if (rules?.some(({ type }) => type === "required_reviewers" || type === "wait_timer")) return;
  const what = rules === undefined ? "does not exist" : "has neither reviewers nor a wait timer";
  throw new MoorageError({
    code: "approval-unguarded",
    message: `moorage:release requires an approval for ${stack}, but GitHub's environment ${name} ${what}: nobody could approve.`,
    hint: `Add reviewers or a wait to it (Settings, Environments, or moorage:environments of the stack github); if GitHub's plan has none, use \`${stack}: manual\`.`,
  });
}

/** Undefined where there is no such environment. */
async function protectionOf(name: string, { access, request }: GitHub) {
  try {
    const { data } = await request("GET /repos/{owner}/{repo}/environments/{environment_name}", {
      ...access.repository,
      environment_name: name,
    });
    return data.protection_rules ?? [];
  } catch (error) {
    if (hasCode(error, "github-not-found")) return undefined;
    throw error;
  }
}
