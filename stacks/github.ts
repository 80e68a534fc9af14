import * as pulumi from "@pulumi/pulumi";
import { ActionsVariable } from "@pulumi/github/actionsVariable.js";
import type { GitHubConfig } from "../src/core/project/github-schema.js";
import { releasePattern, tagPrefixOf } from "../src/core/project/scope.js";
import { adoption } from "./components/github/adoption.js";
import { Environment } from "./components/github/environment.js";
import {
  plannedEnvironments,
  repositoryVariables,
  sharedVariables,
} from "./components/github/environments.js";
import { declareLabels } from "./components/github/labels.js";
import { findRoles } from "./components/github/roles.js";
import { declareRuleset, declareTagRuleset } from "./components/github/ruleset.js";

/** The stack's outputs. */
export interface GitHubOutputs {
  repository: string;
  environments: string[];
  labels: string[];
  /** Names of the repository's variables. */
  variables: string[];
}

/** `github`: what the workflows need of the app's repository: environments, a ruleset for main, labels and variables. */
export async function github(config: GitHubConfig): Promise<GitHubOutputs> {
  const repository = repositoryOf(config);
  const roles = await findRoles(config);
  const region = config.region ?? new pulumi.Config("aws").get("region");
  const shared = sharedVariables({ ...config, region });
  const environments = plannedEnvironments(config, roles, shared);
  for (const plan of environments) new Environment(repository, plan, config.adopt);
  if (config.rulesets) {
    declareRuleset(repository, config);
    // Whatever tag deploys somewhere is as a release's.
    const named = config.tags.patterns ?? [releasePattern(tagPrefixOf(config))];
    const patterns = [...new Set([...named, ...environments.flatMap(({ tags }) => tags)])];
    declareTagRuleset(repository, { ...config, tags: { ...config.tags, patterns } });
  }
  const labels = declareLabels(repository, config);
  const variables = repositoryVariables(config, roles, shared);
  for (const [variableName, value] of Object.entries(variables)) {
    const options = adoption(config.adopt, `ActionsVariable ${variableName}`, ["value"]);
    new ActionsVariable(variableName, { repository, variableName, value }, options);
  }
  return {
    repository: config.repository,
    environments: environments.map(({ on }) => on),
    labels,
    variables: Object.keys(variables),
  };
}

/** The provider acts in its own owner's repositories, whatever else is configured. */
function repositoryOf({ repository }: GitHubConfig): string {
  const [owner = "", name = ""] = repository.split("/");
  const acting = new pulumi.Config("github").get("owner");
  if (acting === owner) return name;
  const found = acting === undefined ? "not set" : `"${acting}"`;
  throw new pulumi.RunError(
    `github:owner is ${found}, but moorage:repository is ${repository}: set github:owner to ${owner}.`,
  );
}
