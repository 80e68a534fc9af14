import { setTimeout as delay } from "node:timers/promises";
import { asMoorageError, hasCode, type MoorageError, platformFailure } from "../../core/errors.js";
import type { RunState } from "./run-verdict.js";
import type { GitHub } from "./client.js";
import { everyGitHubPage } from "./pages.js";

/** A workflow that somebody may start by hand. */
export interface Dispatch {
  /** File name: `deploy.yml`. */
  workflow: string;
  /** Branch or tag whose workflow runs. */
  ref: string;
  inputs: Record<string, string>;
  /** Unique: handed over as the input `request`, where the workflow has one, so that its run can be told from others. */
  marker: string;
}

export interface DispatchedRun {
  id: number;
  url: string;
}

/** How long a run may take to appear in GitHub's list, and how often that is read, in milliseconds. */
export interface FindPace {
  timeoutMs: number;
  everyMs: number;
  signal: AbortSignal;
}

/** What is handed over besides what is asked for, as long as GitHub or the workflow does not refuse it. */
interface Extras {
  details: boolean;
  marker: boolean;
}

/**
 * Starts a workflow and says which run that is. Newer servers answer with it (`return_run_details`); of an older one the
 * runs are listed, and ours is the one whose name holds the marker. Raises `github-*` where it was not started, and
 * `run-unknown` where it was and cannot be told from others.
 * Source: GitHub's API, "Create a workflow dispatch event".
 */
export async function dispatchWorkflow(
  github: GitHub,
  dispatch: Dispatch,
  pace: FindPace,
): Promise<DispatchedRun> {
  let extras: Extras = { details: true, marker: true };
  for (;;) {
    try {
      const { run, clock } = await startRun(github, dispatch, extras);
      return run ?? (await findRun(github, dispatch, extras.marker, clock, pace));
    } catch (error) {
      const fewer = withoutRefused(extras, error);
      if (fewer === undefined) throw error;
      extras = fewer;
    }
  }
}

async function startRun(
  { request, access }: GitHub,
  { workflow, ref, inputs, marker }: Dispatch,
  extras: Extras,
): Promise<{ run: DispatchedRun | undefined; clock: Date }> {
  const { data, headers } = await request(
    "POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches",
    {
      ...access.repository,
      workflow_id: workflow,
      ref,
      inputs: { ...inputs, ...(extras.marker && { request: marker }) },
      ...(extras.details && { return_run_details: true }),
    },
  );
  const run = typeof data === "object" ? { id: Number(data.workflow_run_id), url: data.html_url } : undefined;
  return { run, clock: new Date(headers.date ?? Date.now()) };
}

/** Nothing has started when GitHub refuses: an older server an option, or a workflow an input that it does not declare. */
function withoutRefused(extras: Extras, error: unknown): Extras | undefined {
  if (!hasCode(error, "github-refused")) return undefined;
  if (extras.details && error.message.includes("return_run_details")) return { ...extras, details: false };
  const unknownInput = /unexpected inputs?.*\brequest\b/i.test(error.message);
  return extras.marker && unknownInput ? { ...extras, marker: false } : undefined;
}

/** Clocks of GitHub's parts may differ by so much. */
const clockSlackMs = 60_000;

async function findRun(
  github: GitHub,
  { workflow, marker }: Dispatch,
  isMarked: boolean,
  clock: Date,
  { timeoutMs, everyMs, signal }: FindPace,
): Promise<DispatchedRun> {
  if (!isMarked) throw runUnknown(github, workflow, "its workflow has no input `request` to identify it");
  const created = `>=${new Date(clock.getTime() - clockSlackMs).toISOString()}`;
  const end = performance.now() + timeoutMs;
  let why = `no run's name contains ${marker}`;
  while (performance.now() < end && !signal.aborted) {
    await delay(everyMs);
    try {
      const found = await markedRun(github, workflow, created, marker);
      if (found) return found;
    } catch (error) {
      why = asMoorageError(error).message;
    }
  }
  throw runUnknown(github, workflow, why);
}

async function markedRun(
  { request, access }: GitHub,
  workflow: string,
  created: string,
  marker: string,
): Promise<DispatchedRun | undefined> {
  const asked = { ...access.repository, workflow_id: workflow, event: "workflow_dispatch", created };
  const runs = await everyGitHubPage(
    (page) =>
      request("GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs", { ...asked, ...page }),
    ({ data }) => data.workflow_runs,
  );
  const found = runs.find(({ display_title: title }) => title.includes(marker));
  return found && { id: Number(found.id), url: found.html_url };
}

function runUnknown({ access }: GitHub, workflow: string, why: string): MoorageError {
  const { owner, repo } = access.repository;
  return platformFailure(
    "run-unknown",
    `${workflow} of ${owner}/${repo} was started, but it is unknown which run that is: ${why}.`,
    "Declare the input `request` in the workflow and put it into its `run-name`; look at its runs on GitHub.",
  );
}

/** How far a run is. */
export async function readRunState({ request, access }: GitHub, id: number): Promise<RunState> {
  const { data } = await request("GET /repos/{owner}/{repo}/actions/runs/{run_id}", {
    ...access.repository,
    run_id: id,
    exclude_pull_requests: true,
  });
  return { status: data.status ?? "queued", conclusion: data.conclusion };
}

/** The jobs of a run that failed, each with the steps that did: `deploy: Deploy`. */
export async function failedJobs({ request, access }: GitHub, id: number): Promise<string[]> {
  const asked = { ...access.repository, run_id: id };
  const jobs = await everyGitHubPage(
    (page) => request("GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs", { ...asked, ...page }),
    ({ data }) => data.jobs,
  );
  const failed = ({ conclusion }: { conclusion: string | null }) =>
    conclusion !== null && !["success", "skipped", "neutral"].includes(conclusion);
  return jobs.filter(failed).map(({ name, steps = [] }) => {
    const broken = steps.filter(failed).map((step) => step.name);
    return broken.length === 0 ? name : `${name}: ${broken.join(", ")}`;
  });
}
