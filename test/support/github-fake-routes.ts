import type { Answer, Asked, GitHubFake } from "./github-fake.js";
import { githubTime } from "./github-fake.js";
import type { Deployment, Status } from "./github-fake-views.js";

interface Route {
  method: string;
  /** Of what follows `/repos/{owner}/{repo}`. */
  pattern: RegExp;
  answer(fake: GitHubFake, asked: Asked): Answer;
}

const notFound: Answer = { status: 404, body: { message: "Not Found" } };

export const routes: readonly Route[] = [
  { method: "GET", pattern: /^\/issues$/, answer: listIssues },
  { method: "GET", pattern: /^\/issues\/(\d+)\/comments$/, answer: listComments },
  { method: "POST", pattern: /^\/issues\/(\d+)\/comments$/, answer: createComment },
  { method: "PATCH", pattern: /^\/issues\/comments\/(\d+)$/, answer: updateComment },
  { method: "DELETE", pattern: /^\/issues\/comments\/(\d+)$/, answer: deleteComment },
  { method: "GET", pattern: /^\/deployments$/, answer: listDeployments },
  { method: "POST", pattern: /^\/deployments$/, answer: createDeployment },
  { method: "GET", pattern: /^\/deployments\/(\d+)\/statuses$/, answer: listStatuses },
  { method: "POST", pattern: /^\/deployments\/(\d+)\/statuses$/, answer: createStatus },
];

function listIssues(fake: GitHubFake, asked: Asked): Answer {
  const state = asked.url.searchParams.get("state") ?? "open";
  const labels = (asked.url.searchParams.get("labels") ?? "").split(",").filter((name) => name !== "");
  const found = [...fake.pulls.values()]
    .filter((pull) => state === "all" || pull.state === state)
    .filter((pull) => labels.every((name) => pull.labels.includes(name)));
  return page(
    asked,
    found.map((pull) => fake.views.issue(pull)),
  );
}

function listComments(fake: GitHubFake, asked: Asked): Answer {
  const since = asked.url.searchParams.get("since") ?? "";
  const found = fake.comments
    .filter(({ pr }) => pr === Number(asked.parts[0]))
    .filter(({ updatedAt }) => since === "" || Date.parse(updatedAt) >= Date.parse(since));
  return page(
    asked,
    found.map((comment) => fake.views.comment(comment)),
  );
}

/** GitHub counts characters, not bytes. */
const commentLimit = 65_536;

function tooLong(body: string): Answer | undefined {
  if ([...body].length <= commentLimit) return undefined;
  const message = `Body is too long (maximum is ${commentLimit} characters)`;
  return {
    status: 422,
    body: { message: "Validation Failed", errors: [{ code: "unprocessable", message }] },
  };
}

function createComment(fake: GitHubFake, { body: { body }, parts }: Asked): Answer {
  const refused = tooLong(String(body));
  if (refused) return refused;
  const comment = fake.addComment(Number(parts[0]), String(body));
  return { status: 201, body: fake.views.comment(comment) };
}

function updateComment(fake: GitHubFake, { body: { body }, parts }: Asked): Answer {
  const comment = fake.comments.find(({ id }) => id === Number(parts[0]));
  if (comment === undefined) return notFound;
  const refused = tooLong(String(body));
  if (refused) return refused;
  Object.assign(comment, { body: String(body), updatedAt: githubTime() });
  return { status: 200, body: fake.views.comment(comment) };
}

function deleteComment(fake: GitHubFake, { parts }: Asked): Answer {
  const at = fake.comments.findIndex(({ id }) => id === Number(parts[0]));
  if (at < 0) return notFound;
  fake.comments.splice(at, 1);
  return { status: 204 };
}

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

/** A success makes the earlier ones of its environment inactive, unless they are transient or it is told not to. */
function createStatus(fake: GitHubFake, { body, parts }: Asked): Answer {
  const deployment = fake.deployments.find(({ id }) => id === Number(parts[0]));
  if (deployment === undefined) return notFound;
  const description = text(body["description"]) ?? "";
  if (description.length > 140) return { status: 422, body: { message: "Validation Failed" } };
  const status = statusOf(fake, body, description);
  deployment.statuses.push(status);
  if (status.state === "success" && status.autoInactive) {
    const former = fake.deployments.filter(
      (one) => one.id < deployment.id && one.environment === deployment.environment && !one.transient,
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

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** A page of a list, with the `Link` header that leads to the next. */
export function page(asked: Asked, all: readonly unknown[]): Answer {
  const size = Math.min(100, Number(asked.url.searchParams.get("per_page") ?? 30));
  const number = Number(asked.url.searchParams.get("page") ?? 1);
  const next = new URL(asked.url);
  next.searchParams.set("page", String(number + 1));
  const link = number * size < all.length ? { link: `<${next.href}>; rel="next"` } : undefined;
  return { status: 200, body: all.slice((number - 1) * size, number * size), ...(link && { headers: link }) };
}
