import type { GitHubConfig } from "../../../src/core/project/github-schema.js";
import {
  githubEnvironment,
  releasePattern,
  tagPrefixOf,
  variableSuffix,
} from "../../../src/core/project/scope.js";
import { triggeredEnvironments } from "../../../src/core/project/trigger-rules.js";

/** One environment of the repository, decided. */
export interface PlannedEnvironment {
  /** As the app calls it, and as GitHub does: `dev`, and `api.dev` of one of several apps. */
  name: string;
  on: string;
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
  /** What builds what environments run. */
  build: string | undefined;
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
  roles: EnvironmentRoles = { build: undefined, environments: {}, plan: {} },
  shared: Record<string, string> = {},
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
      on: githubEnvironment(config, name),
      users,
      teams,
      wait,
      preventSelfReview: settings?.preventSelfReview ?? false,
      // With nothing to pass by, GitHub's own default stays: some plans refuse to be told.
      adminsBypass: isGated ? (settings?.adminsBypass ?? false) : true,
      branches: settings?.branches ?? defaultBranches(name, config),
      tags: settings?.tags ?? defaultTags(name, config),
      variables: {
        ...(config.scope === undefined ? {} : shared),
        ...environmentVariables(name, settings, roles, config),
      },
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
function defaultTags(name: string, { triggers, release, scope }: GitHubConfig): string[] {
  const prefix = tagPrefixOf({ scope, triggers });
  if (release[name] === "manual") return [];
  const released = [...triggers.prerelease, ...triggers.release].includes(name)
    ? [releasePattern(prefix)]
    : [];
  return [...new Set([...released, ...patternsTo(name, triggers.tags).map((one) => `${prefix}${one}`)])];
}

function patternsTo(name: string, byPattern: Readonly<Record<string, readonly string[]>>): string[] {
  return Object.keys(byPattern).filter((pattern) => byPattern[pattern]?.includes(name));
}

type Settings = NonNullable<GitHubConfig["environments"]>[string] | undefined;

function environmentVariables(
  name: string,
  settings: Settings,
  { build, environments, plan }: EnvironmentRoles,
  { scope, buildRole }: GitHubConfig,
): Record<string, string> {
  const role = settings?.deployRole ?? environments[name];
  const planRoles = Object.keys(plan).length > 0 ? JSON.stringify(plan) : undefined;
  return defined({
    ...(name === planning ? { MOORAGE_PLAN_ROLES: planRoles } : {}),
    ...(name === building && scope !== undefined ? { MOORAGE_BUILD_ROLE_ARN: buildRole ?? build } : {}),
    ...(name === planning || name === building ? {} : { [variableOf(name)]: role }),
    AWS_REGION: settings?.region,
    ...settings?.variables,
  });
}

function variableOf(name: string): string {
  return isDeployedTo(name) ? "MOORAGE_DEPLOY_ROLE_ARN" : "MOORAGE_INFRA_ROLE_ARN";
}

/** What jobs of every environment read: where the app is, and its state. */
export function sharedVariables({ region, backend, variables }: GitHubConfig): Record<string, string> {
  return defined({ AWS_REGION: region, PULUMI_BACKEND_URL: backend, ...variables });
}

/**
 * What the jobs outside any environment read. Of one of several apps they end with its name: its other jobs read what its own
 * environments say.
 */
export function repositoryVariables(
  config: GitHubConfig,
  { build, buildPreviews }: { build: string | undefined; buildPreviews: string | undefined },
  shared: Record<string, string>,
): Record<string, string> {
  const suffix = variableSuffix(config);
  const { variables, scope } = config;
  const read = Object.entries(shared).filter(([name]) => scope === undefined || !(name in variables));
  return defined({
    ...Object.fromEntries(read.map(([name, value]) => [`${name}${suffix}`, value])),
    ...(scope === undefined && { MOORAGE_BUILD_ROLE_ARN: config.buildRole ?? build }),
    [`MOORAGE_PREVIEW_BUILD_ROLE_ARN${suffix}`]: config.previewBuildRole ?? buildPreviews,
  });
}

function defined(values: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
