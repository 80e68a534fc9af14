import type { Invocation } from "../../core/command.js";
import type { Owner } from "../record/record.js";
import { githubAccess, openGitHub, type GitHubPace } from "./client.js";

type OwnerEdges = Pick<Invocation, "env" | "signal" | "reporter">;

/** What GitHub says of a workflow run. */
export type RunState = "running" | "over" | "unknown";

/** Cached answer about a run, and when it was given: a run that waits for a lock asks four times a second. */
const told = new Map<string, { state: Promise<RunState>; at: number }>();
const askAgainMs = 30_000;

/**
 * Whether the workflow run that owns a lock has ended, all its jobs: its machine is gone then, and nobody else can tell.
 * False for owners that are no run of the configured repository, and where GitHub cannot be asked: that proves nothing.
 * Source: GitHub's API, "Get a workflow run" (`actions: read`).
 */
export async function isRunOver(invocation: OwnerEdges, owner: Owner, pace?: GitHubPace): Promise<boolean> {
  return (await runState(invocation, owner, pace)) === "over";
}

/** Whether the workflow run that owns a lock is over, still running, or unknown. */
export function runState(
  { env, signal, reporter }: OwnerEdges,
  { run, attempt = 1 }: Owner,
  pace?: GitHubPace,
): Promise<RunState> {
  const access = githubAccess(env);
  const id = /\/([\w.-]+\/[\w.-]+)\/actions\/runs\/(\d+)$/.exec(run ?? "");
  if ("missing" in access || id?.[1] !== env["GITHUB_REPOSITORY"]) return Promise.resolve("unknown");
  const key = `${run ?? ""}/${String(attempt)}`;
  const known = told.get(key);
  if (known && performance.now() - known.at < askAgainMs) return known.state;
  const state = ask(openGitHub(access, { reporter, signal, pace }), Number(id?.[2]), attempt);
  told.set(key, { state, at: performance.now() });
  return state;
}

async function ask(
  { request, access }: ReturnType<typeof openGitHub>,
  runId: number,
  attempt: number,
): Promise<RunState> {
  try {
    const { data } = await request("GET /repos/{owner}/{repo}/actions/runs/{run_id}", {
      ...access.repository,
      run_id: runId,
      exclude_pull_requests: true,
    });
    return data.status === "completed" || (data.run_attempt ?? 1) > attempt ? "over" : "running";
  } catch {
    return "unknown";
  }
}
