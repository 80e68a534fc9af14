import { wholeCommitPattern } from "../../core/project/commit.js";
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { badRequest } from "../../core/errors.js";

/** The pull request of a run's event. Its words (`headRef`, labels, author) are other people's: never trusted. */
export interface EventPullRequest {
  number: number;
  state: "open" | "closed";
  /** Whole commit. */
  headCommit: string;
  headRef: string;
  baseRef: string;
  labels: string[];
  draft: boolean;
  /** Its head is in another repository, or in one that is gone (F27). */
  fork: boolean;
  merged: boolean;
  author: string;
}

export interface EventRelease {
  tag: string;
  prerelease: boolean;
  draft: boolean;
}

/** What GitHub tells a workflow run about itself and about the event that started it. */
export interface GitHubRun {
  /** `pull_request`, `push`, ... A called workflow (`workflow_call`) is told its caller's event. */
  event: string;
  /** `labeled`, `closed`, ...; undefined for events that have none. */
  action: string | undefined;
  /** `owner/name`. */
  repository: string;
  defaultBranch: string | undefined;
  actor: string;
  /** `refs/heads/main`, `refs/tags/v1.2.3`, `refs/pull/42/merge`. */
  ref: string;
  /** `GITHUB_SHA`: of a pull request it is the merge commit, so the head's is in `pull`. */
  commit: string;
  /** Of a push, the commit that its branch had before. */
  before: string | undefined;
  runId: number;
  attempt: number;
  runUrl: string;
  pull: EventPullRequest | undefined;
  release: EventRelease | undefined;
  /** `workflow_dispatch` and `workflow_call`; empty for others. */
  inputs: Record<string, string>;
}

const commit = z.string().regex(wholeCommitPattern);
const branch = z.object({ ref: z.string() });
const repository = z.object({ full_name: z.string(), default_branch: z.string().optional() });

const pullRequest = z.object({
  number: z.number().int().positive().max(9_999_999),
  state: z.enum(["open", "closed"]),
  draft: z.boolean().default(false),
  merged: z.boolean().nullish(),
  labels: z.array(z.object({ name: z.string() })).default([]),
  user: z.object({ login: z.string() }).nullish(),
  head: branch.extend({ sha: commit, repo: repository.nullish() }),
  base: branch.extend({ repo: repository }),
});

const release = z.object({ tag_name: z.string(), prerelease: z.boolean(), draft: z.boolean() });
const input = z.union([z.string(), z.boolean(), z.number()]);

const payload = z.object({
  before: commit.optional().catch(undefined),
  action: z.string().optional(),
  repository: repository.optional(),
  pull_request: pullRequest.optional(),
  release: release.optional(),
  inputs: z.record(z.string(), input.nullable()).nullish(),
});

const variables = z.object({
  GITHUB_EVENT_NAME: z.string().min(1),
  GITHUB_REPOSITORY: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
  GITHUB_ACTOR: z.string().min(1),
  GITHUB_REF: z.string().min(1),
  GITHUB_SHA: commit,
  GITHUB_RUN_ID: z.coerce.number().int().positive(),
  GITHUB_RUN_ATTEMPT: z.coerce.number().int().positive().default(1),
  GITHUB_SERVER_URL: z.url().default("https://github.com"),
  GITHUB_EVENT_PATH: z.string().min(1),
});

/** Events of which Moorage reads a pull request; without one their payload is not what it should be. */
const ofPullRequests = new Set(["pull_request", "pull_request_target"]);

/**
 * The workflow run that this process is part of; undefined outside one. Raises a bad request, `github-event-invalid`,
 * where the environment or the event's payload is not what GitHub documents.
 * Source: GitHub, "Events that trigger workflows", "Default environment variables", "Webhook events and payloads".
 */
export async function readRun(env: NodeJS.ProcessEnv): Promise<GitHubRun | undefined> {
  if (env["GITHUB_ACTIONS"] !== "true") return undefined;
  const given = checked(variables, env, "the run's environment");
  const event = checked(payload, await readPayload(given.GITHUB_EVENT_PATH), "the event's payload");
  const name = given.GITHUB_EVENT_NAME;
  if (ofPullRequests.has(name) && !event.pull_request) throw invalid(`${name} names no pull request`);
  if (name === "release" && !event.release) throw invalid("the release event names no release");
  return {
    event: name,
    action: event.action,
    repository: given.GITHUB_REPOSITORY,
    defaultBranch: event.repository?.default_branch,
    actor: given.GITHUB_ACTOR,
    ref: given.GITHUB_REF,
    commit: given.GITHUB_SHA,
    before: event.before,
    runId: given.GITHUB_RUN_ID,
    attempt: given.GITHUB_RUN_ATTEMPT,
    runUrl: `${given.GITHUB_SERVER_URL}/${given.GITHUB_REPOSITORY}/actions/runs/${given.GITHUB_RUN_ID}`,
    pull: event.pull_request && pullOf(event.pull_request),
    release: event.release && releaseOf(event.release),
    inputs: inputsOf(event.inputs ?? {}),
  };
}

function pullOf(pull: z.infer<typeof pullRequest>): EventPullRequest {
  const { number, state, draft, head, base } = pull;
  return {
    number,
    state,
    draft,
    headCommit: head.sha,
    headRef: head.ref,
    baseRef: base.ref,
    labels: pull.labels.map(({ name }) => name),
    fork: head.repo?.full_name !== base.repo.full_name,
    merged: pull.merged ?? false,
    author: pull.user?.login ?? "ghost",
  };
}

function releaseOf({ tag_name: tag, prerelease, draft }: z.infer<typeof release>): EventRelease {
  return { tag, prerelease, draft };
}

function inputsOf(inputs: Record<string, string | boolean | number | null>): Record<string, string> {
  const given = Object.entries(inputs).filter(([, value]) => value !== null);
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}

async function readPayload(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    throw invalid(`GITHUB_EVENT_PATH cannot be read: ${(error as Error).message}`, error);
  }
}

function checked<Schema extends z.ZodType>(schema: Schema, value: unknown, what: string): z.infer<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw invalid(`${what} does not match GitHub's documentation (${issues.join("; ")})`, parsed.error);
}

function invalid(why: string, cause?: unknown): Error {
  return badRequest(
    "github-event-invalid",
    `The workflow run's event cannot be used: ${why}.`,
    "Run the command from a workflow of GitHub, or name what to deploy with --pr and --tag and unset GITHUB_ACTIONS.",
    cause,
  );
}
