import type { GitHubConfig } from "../../../src/core/project/github-schema.js";
import { triggeredEnvironments } from "../../../src/core/project/trigger-rules.js";

/** One environment of the repository, decided. */
export interface PlannedEnvironment {
  name: string;
  users: string[];
  teams: string[];
  /** Minutes; 0 for none. */
  wait: number;
  preventSelfReview: boolean;
  adminsBypass: boolean;
  /** Patterns of refs that may deploy there. */
  branches: string[];
  tags: string[];
  variables: Record<string, string>;
  protect: boolean;
  /** Whether it is meant that releases reach it and no approval is required. */
  unreviewed: boolean;
}

/** ARNs of the roles that jobs of an environment assume. */
export interface EnvironmentRoles {
  /** By environment; that of a foundation applies it. */
  environments: Readonly<Record<string, string>>;
  /** By stack: what reads what a plan compares. */
  plan: Readonly<Record<string, string>>;
}

/** The environment that all previews share. */
const preview = "preview";

/** Where states are read for plans: runs of the main branch alone get there. */
export const planning = "plan";

/** Where what environments run is built: runs of branches that deploy get there, and no pull request's. */
export const building = "build";

/** Where no stack is deployed by a run of its own. */
export function isDeployedTo(name: string): boolean {
  return name !== planning && name !== building && !name.startsWith("foundation-");
}

/**
 * Rules match the ref that runs: of a pull request that is its merge ref, of a release its tag; sweeps, teardowns and
 * runs by hand come from the main branch. `roles`: what the foundations made, by environment. Source: GitHub, "Deployments and environments", "Deployment branches and tags".
 */
export function plannedEnvironments(
  config: GitHubConfig,
  roles: EnvironmentRoles = { environments: {}, plan: {} },
): PlannedEnvironment[] {
  const configured =
    config.environments ?? Object.fromEntries(defaultNames(config).map((name) => [name, undefined]));
  const named = { ...configured, [planning]: configured[planning], [building]: configured[building] };
  return Object.entries(named).map(([name, settings]) => {
    const { users = [], teams = [] } = settings?.reviewers ?? {};
    const wait = settings?.wait ?? 0;
    const isGated = users.length + teams.length > 0 || wait > 0;
    return {
      name,
      users,
      teams,
      wait,
      preventSelfReview: settings?.preventSelfReview ?? false,
      // With nothing to pass by, GitHub's own default stays: some plans refuse to be told.
      adminsBypass: isGated ? (settings?.adminsBypass ?? false) : true,
      branches: settings?.branches ?? defaultBranches(name, config),
      tags: settings?.tags ?? defaultTags(name, config),
      variables: environmentVariables(name, settings, roles),
      protect: settings?.protect ?? isGated,
      unreviewed: settings?.unreviewed ?? false,
    };
  });
}

function defaultNames({ triggers }: GitHubConfig): string[] {
  return [...new Set([preview, ...triggeredEnvironments(triggers)])];
}

function defaultBranches(name: string, { main, triggers }: GitHubConfig): string[] {
  if (name === building) return [...new Set([...Object.keys(triggers.branches), main.branch])];
  const own = name === preview ? ["refs/pull/*/merge"] : patternsTo(name, triggers.branches);
  return [...new Set([...own, main.branch])];
}

/** What a person starts by hand is started on the main branch: no tag has to get there. */
function defaultTags(name: string, { triggers, release }: GitHubConfig): string[] {
  if (release[name] === "manual") return [];
  const released = [...triggers.prerelease, ...triggers.release].includes(name) ? ["v*"] : [];
  return [...new Set([...released, ...patternsTo(name, triggers.tags)])];
}

function patternsTo(name: string, byPattern: Readonly<Record<string, readonly string[]>>): string[] {
  return Object.keys(byPattern).filter((pattern) => byPattern[pattern]?.includes(name));
}

type Settings = NonNullable<GitHubConfig["environments"]>[string] | undefined;

function environmentVariables(
  name: string,
  settings: Settings,
  { environments, plan }: EnvironmentRoles,
): Record<string, string> {
  const role = settings?.deployRole ?? environments[name];
  const planRoles = Object.keys(plan).length > 0 ? JSON.stringify(plan) : undefined;
  return defined({
    ...(name === planning ? { MOORAGE_PLAN_ROLES: planRoles } : {}),
    ...(name === planning || name === building ? {} : { [variableOf(name)]: role }),
    AWS_REGION: settings?.region,
    ...settings?.variables,
  });
}

function variableOf(name: string): string {
  return isDeployedTo(name) ? "MOORAGE_DEPLOY_ROLE_ARN" : "MOORAGE_INFRA_ROLE_ARN";
}

/** What the jobs outside any environment read. */
export function repositoryVariables({
  region,
  buildRole,
  previewBuildRole,
  backend,
  variables,
}: GitHubConfig): Record<string, string> {
  return defined({
    AWS_REGION: region,
    MOORAGE_BUILD_ROLE_ARN: buildRole,
    MOORAGE_PREVIEW_BUILD_ROLE_ARN: previewBuildRole,
    PULUMI_BACKEND_URL: backend,
    ...variables,
  });
}

function defined(values: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
