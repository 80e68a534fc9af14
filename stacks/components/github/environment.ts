import * as pulumi from "@pulumi/pulumi";
import { ActionsEnvironmentVariable } from "@pulumi/github/actionsEnvironmentVariable.js";
import { getTeam } from "@pulumi/github/getTeam.js";
import { getUser } from "@pulumi/github/getUser.js";
import { RepositoryEnvironment } from "@pulumi/github/repositoryEnvironment.js";
import { RepositoryEnvironmentDeploymentPolicy } from "@pulumi/github/repositoryEnvironmentDeploymentPolicy.js";
import { type Adoptions, adoption } from "./adoption.js";
import type { PlannedEnvironment } from "./environments.js";

/** One environment of a repository: who approves, which refs may deploy there, and what its jobs read. */
export class Environment extends pulumi.ComponentResource {
  constructor(repository: string, plan: PlannedEnvironment, adoptions: Adoptions) {
    super("moorage:github:Environment", plan.name);
    const environment = new RepositoryEnvironment(
      plan.name,
      { repository, environment: plan.on, ...gateOf(plan), ...branchPolicyOf(plan) },
      { parent: this, protect: plan.protect },
    );
    const { name, variables } = plan;
    const within = { repository, environment: environment.environment };
    const below = { parent: this, deletedWith: environment };
    for (const branchPattern of plan.branches) {
      new RepositoryEnvironmentDeploymentPolicy(
        `${name} from ${branchPattern}`,
        { ...within, branchPattern },
        below,
      );
    }
    for (const tagPattern of plan.tags) {
      new RepositoryEnvironmentDeploymentPolicy(
        `${name} from tag ${tagPattern}`,
        { ...within, tagPattern },
        below,
      );
    }
    for (const [variableName, value] of Object.entries(variables)) {
      const logical = `${name} ${variableName}`;
      const options = adoption(adoptions, `ActionsEnvironmentVariable ${logical}`, ["value"]);
      new ActionsEnvironmentVariable(logical, { ...within, variableName, value }, { ...below, ...options });
    }
    this.registerOutputs({});
  }
}

function gateOf({ users, teams, wait, preventSelfReview, adminsBypass }: PlannedEnvironment) {
  const reviewers = [
    {
      users: users.map(async (username) => Number((await getUser({ username })).id)),
      teams: teams.map(async (slug) => Number((await getTeam({ slug, summaryOnly: true })).id)),
    },
  ];
  return {
    canAdminsBypass: adminsBypass,
    preventSelfReview,
    ...(wait > 0 && { waitTimer: wait }),
    ...(users.length + teams.length > 0 && { reviewers }),
  };
}

/** Without patterns any ref may deploy. */
function branchPolicyOf({ branches, tags }: PlannedEnvironment) {
  if (branches.length + tags.length === 0) return {};
  return { deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true } };
}
