import type { GitHubFake } from "./github.js";
import { type Answer, type Asked, githubTime, type Route, text } from "./route.js";

export interface CommitStatus {
  commit: string;
  context: string;
  state: string;
  description: string;
  url: string;
}

const statuses = new WeakMap<GitHubFake, CommitStatus[]>();

/** The commits' statuses, in the order in which they were set. */
export function statusesOf(fake: GitHubFake): CommitStatus[] {
  const known = statuses.get(fake) ?? [];
  statuses.set(fake, known);
  return known;
}

export const statusRoutes: readonly Route[] = [
  { method: "POST", pattern: /^\/statuses\/([0-9a-f]{40})$/, answer: createStatus },
];

function createStatus(fake: GitHubFake, { body, parts: [commit = ""] }: Asked): Answer {
  const description = text(body["description"]) ?? "";
  if (description.length > 140) return { status: 422, body: { message: "Validation Failed" } };
  const status = {
    commit,
    context: text(body["context"]) ?? "default",
    state: text(body["state"]) ?? "",
    description,
    url: text(body["target_url"]) ?? "",
  };
  statusesOf(fake).push(status);
  const now = githubTime();
  const id = fake.id();
  return {
    status: 201,
    body: {
      id,
      node_id: "MDY6U3RhdHVzMQ==",
      url: `${fake.apiUrl}/repos/${fake.repository}/statuses/${commit}`,
      avatar_url: null,
      state: status.state,
      description,
      target_url: status.url,
      context: status.context,
      created_at: now,
      updated_at: now,
      creator: null,
    },
  };
}
