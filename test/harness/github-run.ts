import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { GitHubFake } from "../fakes/github/github.js";

export interface FakeRun {
  event: string;
  payload: Record<string, unknown>;
  run?: number;
  attempt?: number;
  ref?: string;
}

export const headCommit = "0123456789abcdef0123456789abcdef01234567";
export const mergeCommit = "fedcba9876543210fedcba9876543210fedcba98";

/** The environment of a workflow's step: the event's payload, outputs and summary are files in `folder`. */
export function runEnvironment(
  fake: GitHubFake,
  folder: string,
  { event, payload, run = 1001, attempt = 1, ref = "refs/heads/main" }: FakeRun,
): Record<string, string> {
  const eventPath = join(folder, "event.json");
  const repository = { full_name: fake.repository, default_branch: "main" };
  writeFileSync(eventPath, JSON.stringify({ repository, ...payload }));
  for (const file of ["output", "summary"]) writeFileSync(join(folder, file), "", { flag: "a" });
  return {
    ...fake.env,
    GITHUB_ACTIONS: "true",
    GITHUB_SERVER_URL: "https://github.com",
    GITHUB_EVENT_NAME: event,
    GITHUB_EVENT_PATH: eventPath,
    GITHUB_ACTOR: "octocat",
    GITHUB_REF: ref,
    GITHUB_SHA: mergeCommit,
    GITHUB_RUN_ID: String(run),
    GITHUB_RUN_ATTEMPT: String(attempt),
    GITHUB_OUTPUT: join(folder, "output"),
    GITHUB_STEP_SUMMARY: join(folder, "summary"),
  };
}

/** The payload of an event about a pull request, as far as it is read. */
export function pullRequestPayload(
  number: number,
  changes: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    action: "synchronize",
    number,
    pull_request: {
      number,
      state: "open",
      draft: false,
      merged: false,
      labels: [{ name: "deploy" }],
      user: { login: "octocat" },
      head: { ref: "topic", sha: headCommit, repo: { full_name: "acme/hello" } },
      base: { ref: "main", repo: { full_name: "acme/hello" } },
      ...changes,
    },
  };
}

/** The step's outputs as the runner reads them. */
export function outputsIn(text: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  const lines = text.split("\n");
  for (let at = 0; at < lines.length; at++) {
    const [, name, delimiter] = /^([\w-]+)<<(.+)$/.exec(lines[at] ?? "") ?? [];
    if (name === undefined || delimiter === undefined) continue;
    const end = lines.indexOf(delimiter, at + 1);
    outputs[name] = lines.slice(at + 1, end).join("\n");
    at = end;
  }
  return outputs;
}
