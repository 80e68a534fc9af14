import type { GitHubFake } from "./github.js";
import { type Answer, type Asked, githubTime, notFound, page, type Route, text } from "./route.js";
import type { Deployment, Status } from "./views.js";

export const deploymentRoutes: readonly Route[] = [
  { method: "GET", pattern: /^\/deployments$/, answer: listDeployments },
  { method: "POST", pattern: /^\/deployments$/, answer: createDeployment },
  { method: "GET", pattern: /^\/deployments\/(\d+)\/statuses$/, answer: listStatuses },
  { method: "POST", pattern: /^\/deployments\/(\d+)\/statuses$/, answer: createStatus },
];

function listDeployments(fake: GitHubFake, asked: Asked): Answer {
  const wanted = (name: string) => asked.url.searchParams.get(name);
  const found = fake.deployments
    .filter(({ environment }) => [null, environment].includes(wanted("environment")))
    .filter(({ task }) => [null, task].includes(wanted("task")))
    .filter(({ ref }) => [null, ref].includes(wanted("sha")));
  return page(
    asked,
    found.toReversed().map((deployment) => fake.views.deployment(deployment)),
  );
}

/** Without being told otherwise GitHub checks all contexts first (409) and merges the default branch (202). */
function createDeployment(fake: GitHubFake, { body }: Asked): Answer {
  if (body["auto_merge"] !== false)
    return { status: 202, body: { message: "Auto-merged main into the ref." } };
  if (!Array.isArray(body["required_contexts"]) || body["required_contexts"].length > 0) {
    return { status: 409, body: { message: "Conflict: Commit status checks failed for the ref." } };
  }
  const environment = text(body["environment"]) ?? "production";
  const deployment: Deployment = {
    id: fake.id(),
    ref: text(body["ref"]) ?? "",
    task: text(body["task"]) ?? "deploy",
    environment,
    description: text(body["description"]) ?? null,
    payload: (body["payload"] ?? {}) as Deployment["payload"],
    transient: body["transient_environment"] === true,
    production: (body["production_environment"] ?? environment === "production") === true,
    createdAt: githubTime(),
    statuses: [],
  };
  fake.deployments.push(deployment);
  return { status: 201, body: fake.views.deployment(deployment) };
}

function listStatuses(fake: GitHubFake, asked: Asked): Answer {
  const deployment = fake.deployments.find(({ id }) => id === Number(asked.parts[0]));
  if (deployment === undefined) return notFound;
  return page(
    asked,
    deployment.statuses.toReversed().map((status) => fake.views.status(deployment, status)),
  );
}

/** A success makes the earlier ones of its environment inactive, unless they are transient or of production, or it is told not to. */
function createStatus(fake: GitHubFake, { body, parts }: Asked): Answer {
  const deployment = fake.deployments.find(({ id }) => id === Number(parts[0]));
  if (deployment === undefined) return notFound;
  const description = text(body["description"]) ?? "";
  if (description.length > 140) return { status: 422, body: { message: "Validation Failed" } };
  const status = statusOf(fake, body, description);
  deployment.statuses.push(status);
  if (status.state === "success" && status.autoInactive) {
    const former = fake.deployments.filter(
      (one) =>
        one.id < deployment.id &&
        one.environment === deployment.environment &&
        !one.transient &&
        !one.production,
    );
    for (const one of former) one.statuses.push({ ...status, id: fake.id(), state: "inactive" });
  }
  return { status: 201, body: fake.views.status(deployment, status) };
}

function statusOf(fake: GitHubFake, body: Asked["body"], description: string): Status {
  return {
    id: fake.id(),
    state: text(body["state"]) ?? "",
    environmentUrl: text(body["environment_url"]) ?? "",
    logUrl: text(body["log_url"]) ?? "",
    description,
    autoInactive: body["auto_inactive"] !== false,
    createdAt: githubTime(),
  };
}
