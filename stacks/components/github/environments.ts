import type { GitHubConfig } from "../../../src/config/github-schema.js";
import { trainOf } from "../../../src/release/triggers.js";

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
}

/** The environment that all previews share. */
const preview = "preview";

/**
 * Rules match the ref that runs: of a pull request that is its merge ref, of a release its tag; sweeps, teardowns and
 * runs by hand come from the main branch. `roles`: what the foundations made, by environment. Source: GitHub, "Deployments and environments", "Deployment branches and tags".
 */
export function plannedEnvironments(
  config: GitHubConfig,
  roles: Readonly<Record<string, string>> = {},
): PlannedEnvironment[] {
  const named =
    config.environments ?? Object.fromEntries(defaultNames(config).map((name) => [name, undefined]));
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
      variables: environmentVariables(settings, roles[name]),
      protect: settings?.protect ?? isGated,
    };
  });
}

function defaultNames({ triggers }: GitHubConfig): string[] {
  return [...new Set([preview, ...trainOf(triggers)])];
}

function defaultBranches(name: string, { main, triggers }: GitHubConfig): string[] {
  const own = name === preview ? ["refs/pull/*/merge"] : patternsTo(name, triggers.branches);
  return [...new Set([...own, main.branch])];
}

function defaultTags(name: string, { triggers }: GitHubConfig): string[] {
  const released = [...triggers.prerelease, ...triggers.release].includes(name) ? ["v*"] : [];
  return [...new Set([...released, ...patternsTo(name, triggers.tags)])];
}

function patternsTo(name: string, byPattern: Readonly<Record<string, readonly string[]>>): string[] {
  return Object.keys(byPattern).filter((pattern) => byPattern[pattern]?.includes(name));
}

type Settings = NonNullable<GitHubConfig["environments"]>[string] | undefined;

function environmentVariables(settings: Settings, role: string | undefined): Record<string, string> {
  return defined({
    MOORAGE_DEPLOY_ROLE_ARN: settings?.deployRole ?? role,
    AWS_REGION: settings?.region,
    ...settings?.variables,
  });
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
