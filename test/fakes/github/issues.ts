import type { GitHubFake } from "./github.js";
import { type Answer, type Asked, githubTime, notFound, page, type Route } from "./route.js";

export const issueRoutes: readonly Route[] = [
  { method: "GET", pattern: /^\/issues$/, answer: listIssues },
  { method: "GET", pattern: /^\/issues\/(\d+)\/comments$/, answer: listComments },
  { method: "POST", pattern: /^\/issues\/(\d+)\/comments$/, answer: createComment },
  { method: "PATCH", pattern: /^\/issues\/comments\/(\d+)$/, answer: updateComment },
  { method: "DELETE", pattern: /^\/issues\/comments\/(\d+)$/, answer: deleteComment },
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
