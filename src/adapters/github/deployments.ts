import { platformFailure } from "../../core/errors.js";
import type { GitHub } from "./client.js";
import { everyGitHubPage } from "./pages.js";

/** Which of two workflow runs is newer: ids grow, and so do the attempts of one run. */
export interface RunOrder {
  run: number;
  attempt: number;
}

/** What a GitHub deployment is of. */
export interface DeploymentTarget {
  /** The GitHub environment: all previews share `preview`. */
  environment: string;
  project: string;
  stack: string;
  /** Of a preview: its deployments end with it, and leave those of other pull requests alone. */
  pr?: number;
  /** Whole commit. */
  commit: string;
  run: RunOrder;
}

export interface DeploymentStatus {
  state: "in_progress" | "success" | "failure" | "inactive";
  /** Shown as "View deployment"; only of what has passed its smoke test. */
  url?: string;
  logUrl: string;
  description?: string;
}

/** GitHub refuses a longer one. Source: its API, "Create a deployment status". */
const descriptionLimit = 140;

/**
 * Creates a deployment and gives its id. Neither checks other contexts nor merges, which GitHub does by default.
 * Source: GitHub's API, "Create a deployment" (`required_contexts`, `auto_merge`, 202 without a deployment).
 */
export async function createDeployment(github: GitHub, target: DeploymentTarget): Promise<number> {
  const { environment, stack, pr, commit, run } = target;
  const { data } = await github.request("POST /repos/{owner}/{repo}/deployments", {
    ...github.access.repository,
    ref: commit,
    task: taskOf(target),
    environment,
    description: `${stack}, run ${run.run}`,
    auto_merge: false,
    required_contexts: [],
    transient_environment: pr !== undefined,
    production_environment: stack === "prod" || stack === "production",
    payload: { stack, ...run, ...(pr !== undefined && { pr }) },
  });
  if ("id" in data) return Number(data.id);
  throw platformFailure(
    "github-no-deployment",
    `GitHub created no deployment of ${commit}: ${data.message ?? "no reason given"}`,
    "Run the command again.",
  );
}

/** A success leaves all others alone: GitHub would end those of other previews and projects, and none of production. */
export async function setDeploymentStatus(
  github: GitHub,
  id: number,
  { state, url, logUrl, description }: DeploymentStatus,
): Promise<void> {
  await github.request("POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses", {
    ...github.access.repository,
    deployment_id: id,
    state,
    log_url: logUrl,
    auto_inactive: false,
    ...(url !== undefined && { environment_url: url }),
    ...(description !== undefined && { description: description.slice(0, descriptionLimit) }),
  });
}

/** Sets all deployments of a preview inactive; GitHub shows them as destroyed. */
export async function endDeployments(
  github: GitHub,
  target: Pick<DeploymentTarget, "project" | "environment" | "stack">,
  logUrl: string,
): Promise<void> {
  for (const { id } of await deploymentsOf(github, target)) {
    await setDeploymentStatus(github, Number(id), { state: "inactive", logUrl });
  }
}

/** All of one stack, whatever their status. */
function deploymentsOf(
  github: GitHub,
  target: Pick<DeploymentTarget, "project" | "environment" | "stack">,
): Promise<{ id: number | bigint }[]> {
  const asked = { ...github.access.repository, environment: target.environment, task: taskOf(target) };
  return everyGitHubPage(
    (page) => github.request("GET /repos/{owner}/{repo}/deployments", { ...asked, ...page }),
    ({ data }) => data,
  );
}

/** Tells the deployments of one stack from others of its environment when GitHub is asked for them. */
export function taskOf({ project, stack }: Pick<DeploymentTarget, "project" | "stack">): string {
  return `deploy:${project}/${stack}`;
}
