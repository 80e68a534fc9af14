import { hasCode, MoorageError } from "../../../core/errors.js";
import { githubEnvironment } from "../../../core/project/scope.js";
import type { GitHub } from "../../../adapters/github/client.js";
import type { ReleasePlan } from "./release-plan.js";

/**
 * The environments where GitHub asks somebody, or waits. Sees to it that those are among them for which `moorage:release`
 * says approval: an environment without reviewers and wait timer lets everything pass. Raises `approval-unguarded` (exit 4)
 * for the first that does not.
 * Source: GitHub REST API, "Get an environment"; its token needs `actions: read`.
 */
export async function approvals({ stops }: ReleasePlan, github: GitHub, scope?: string): Promise<string[]> {
  const asking: string[] = [];
  for (const { environment, gate } of stops) {
    const name = githubEnvironment({ scope }, environment);
    const rules = await protectionOf(name, github).catch((error: unknown) => {
      if (gate === "approval") throw error;
      return unread;
    });
    const asks = rules?.some(({ type }) => type === "required_reviewers" || type === "wait_timer") === true;
    if (gate === "approval" && !asks) throw unguarded(environment, name, rules !== undefined);
    if (asks) asking.push(environment);
  }
  return asking;
}

/** Of what cannot be read, what would change is shown all the same. */
const unread = [{ type: "required_reviewers" }];

function unguarded(stack: string, name: string, exists: boolean): Error {
  const what = !exists ? "does not exist" : "has neither reviewers nor a wait timer";
  return new MoorageError({
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
