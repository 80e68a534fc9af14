import { setTimeout as delay } from "node:timers/promises";
import { asMoorageError, type ErrorCode, MoorageError } from "../../../core/errors.js";
import type { GitHub } from "../../../adapters/github/client.js";
import { type DispatchedRun, failedJobs, readRunState } from "../../../adapters/github/workflow-runs.js";
import type { Reporter } from "../../../core/reporter.js";
import { type RunState, runPhase, runVerdict } from "../../../adapters/github/run-verdict.js";

export interface FollowOptions {
  reporter: Reporter;
  /** Aborted when the person interrupts: the run itself goes on. */
  signal: AbortSignal;
  /** How long the run may take, in milliseconds. */
  timeoutMs: number;
  /**
   * How often it is looked at in the long run, in milliseconds; in the beginning more often. A token has 1,000 requests an
   * hour for a repository, shared by all.
   */
  everyMs: number;
}

const firstWaitMs = 2_000;

/** A call that fails says nothing about the run; so many in a row and there is nobody to ask. */
const mostFailures = 5;

/**
 * Follows a run until it has succeeded. Raises `request-failed` (naming the jobs that failed), `request-cancelled` or
 * `request-timeout` (exit 1), each with the run's link in it.
 */
export async function followRun(github: GitHub, run: DispatchedRun, options: FollowOptions): Promise<void> {
  const { reporter, signal, timeoutMs, everyMs } = options;
  const startedAt = performance.now();
  let failures = 0;
  let state: RunState = { status: "queued", conclusion: null };
  for (let looks = 1; performance.now() - startedAt < timeoutMs; looks++) {
    await delay(Math.min(everyMs, firstWaitMs * looks), undefined, { signal });
    const read = await readRunState(github, run.id).catch((thrown: unknown) => {
      failures = failedOnce(failures, thrown, reporter);
      return undefined;
    });
    if (read === undefined) continue;
    failures = 0;
    state = read;
    const verdict = runVerdict(state);
    if (verdict === "succeeded") return;
    if (verdict !== "under way") throw await endedBadly(github, run, verdict, state);
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    reporter.notify({ kind: "progress", text: `the run ${runPhase(state)}, for ${seconds} s now` });
  }
  throw tooLate(run, state, timeoutMs);
}

function failedOnce(failures: number, thrown: unknown, { notify }: Reporter): number {
  const error = asMoorageError(thrown);
  if (failures + 1 >= mostFailures) throw error;
  notify({
    kind: "warning",
    text: `The run could not be read: ${error.message}`,
    hint: "trying again",
  });
  return failures + 1;
}

async function endedBadly(
  github: GitHub,
  { id, url }: DispatchedRun,
  verdict: "failed" | "cancelled",
  { conclusion }: RunState,
): Promise<MoorageError> {
  const jobs = await failedJobs(github, id).catch(() => []);
  const where = jobs.length === 0 ? "" : ` (${jobs.join("; ")})`;
  return requestError(
    `request-${verdict}`,
    `The run ${url} ended with ${conclusion ?? "nothing"}${where}.`,
    verdict === "cancelled"
      ? "Somebody, or a newer run of its concurrency group, cancelled it: check there, then request again."
      : "Its log says why; fix that, then request again.",
  );
}

function tooLate({ url }: DispatchedRun, state: RunState, timeoutMs: number): MoorageError {
  return requestError(
    "request-timeout",
    `The run ${url} ${runPhase(state)} after ${Math.round(timeoutMs / 60_000)} min.`,
    "It is still running; follow it there, or raise --timeout.",
  );
}

function requestError(code: ErrorCode, message: string, hint: string): MoorageError {
  return new MoorageError({ code, message, hint });
}
