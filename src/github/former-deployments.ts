import { z } from "zod";
import type { GitHub } from "./client.js";
import { type DeploymentTarget, setDeploymentStatus, taskOf } from "./deployments.js";
import { parsed, queryFailure, queryRepository } from "./graphql.js";

const shape = z.object({
  nodes: z.array(z.object({ id: z.string(), task: z.string().nullable(), state: z.string().nullable() })),
});

const pageSize = 30;

/**
 * Sets inactive what a successful deployment of the same project and environment has replaced. GitHub does that by itself,
 * but never in a production environment, and to the deployments of other projects too, which still run. Two
 * calls, and one for each that it ends, of which there is one at most as a rule.
 * Source: GitHub's API, "Create a deployment status", `auto_inactive`.
 */
export async function endFormerDeployments(
  github: GitHub,
  target: Pick<DeploymentTarget, "project" | "environment" | "stack">,
  current: number,
  logUrl: string,
): Promise<void> {
  const active = await activeDeployments(github, target);
  if (active.size === 0) return;
  const { data } = await github.request("GET /repos/{owner}/{repo}/deployments", {
    ...github.access.repository,
    environment: target.environment,
    task: taskOf(target),
    per_page: pageSize,
  });
  const former = data.filter(({ id, node_id: node }) => Number(id) < current && active.has(node));
  for (const { id } of former) await setDeploymentStatus(github, Number(id), { state: "inactive", logUrl });
}

/** REST does not tell a deployment's state, and GraphQL no number that is large enough for its id: nodes name it in both. */
async function activeDeployments(
  github: GitHub,
  target: Pick<DeploymentTarget, "project" | "environment" | "stack">,
): Promise<Set<string>> {
  const selection = `deployments(
    environments: [${JSON.stringify(target.environment)}], first: ${String(pageSize)},
    orderBy: { field: CREATED_AT, direction: DESC }
  ) { nodes { id task state } }`;
  const { repository, errors } = await queryRepository(github, selection);
  const [error] = errors;
  if (error) throw queryFailure(error, github, "repository-not-found");
  const { nodes } = parsed(shape, repository["deployments"]);
  const isActive = ({ task, state }: (typeof nodes)[number]) =>
    task === taskOf(target) && (state === "ACTIVE" || state === "SUCCESS");
  return new Set(nodes.filter(isActive).map(({ id }) => id));
}
