import { hasCode } from "../../core/errors.js";
import type { GitHub } from "./client.js";
import { everyGitHubPage } from "./pages.js";

/** A pattern of refs that may deploy to an environment. */
export interface DeploymentPolicy {
  id: number;
  name: string;
  type: "branch" | "tag";
}

/** An environment's patterns; none where there is no such environment. */
export async function deploymentPolicies(
  { request, access }: GitHub,
  environment: string,
): Promise<DeploymentPolicy[]> {
  const route =
    "GET /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies" as const;
  try {
    const policies = await everyGitHubPage(
      (page) => request(route, { ...access.repository, environment_name: environment, ...page }),
      ({ data }) => data.branch_policies,
    );
    return policies.map(({ id = 0, name = "", type = "branch" }) => ({ id, name, type }));
  } catch (error) {
    if (hasCode(error, "github-not-found")) return [];
    throw error;
  }
}
