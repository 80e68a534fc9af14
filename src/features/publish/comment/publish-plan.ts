import type { Invocation } from "../../../core/command.js";
import { parsePr } from "../../../core/project/stack.js";
import { asMoorageError, badRequest } from "../../../core/errors.js";
import { redacted } from "../../../core/redaction.js";
import { planSection, type PlanContent } from "./plan.js";
import { githubAccess, openGitHub, type GitHubPace } from "../../../adapters/github/client.js";
import { putComment, settleComment } from "./write.js";
import { readRun, type GitHubRun } from "../../../adapters/github/event.js";
import { knownSecrets } from "../../../core/secret-variables.js";
import { unlessItFails } from "../best-effort.js";

/** The section of a pull request's comment that tells a stack's plan. */
export interface PlanComment {
  /** What would change. */
  planned(plan: NonNullable<PlanContent["plan"]>): Promise<void>;
  /** Why it could not be told; any thrown value. */
  failed(thrown: unknown): Promise<void>;
}

/**
 * Opens the comment on the run's pull request. Raises a bad request where there is none, or no token to write with; what
 * GitHub refuses later is a warning. Three calls.
 */
export async function openPlanComment(
  { env, reporter }: Invocation,
  {
    project,
    stack,
    pr,
    pace,
  }: { project: string; stack: string; pr?: string | undefined; pace?: GitHubPace },
): Promise<PlanComment> {
  const run = await readRun(env);
  if (run === undefined) throw noRun();
  const number = pr === undefined ? run.pull?.number : parsePr(pr);
  if (number === undefined) throw noPullRequest(run);
  const access = githubAccess(env);
  if ("missing" in access) throw noAccess(access.missing);
  const github = openGitHub(access, { reporter, pace });
  const base = { project, stack, run: { run: run.runId, attempt: run.attempt }, runUrl: run.runUrl };
  const write = (content: Pick<PlanContent, "plan" | "problem">) =>
    unlessItFails(reporter, "the comment", async () => {
      const whole = { ...base, ...content, commit: commitOf(run, number) };
      const target = { pr: number, section: planSection(redacted(whole, knownSecrets(env, reporter))) };
      await settleComment(github, target, await putComment(github, target), pace?.secondMs);
    });
  return {
    planned: (plan) => write({ plan }),
    failed(thrown) {
      const { message, hint } = asMoorageError(thrown);
      return write({ problem: { message, hint } });
    },
  };
}

function commitOf({ pull }: GitHubRun, pr: number): string | undefined {
  return pull?.number === pr ? pull.headCommit : undefined;
}

function noRun(): Error {
  return badRequest(
    "comment-without-run",
    "--comment works only in a GitHub workflow run.",
    "Leave --comment out, or run the command in a workflow.",
  );
}

function noPullRequest({ event }: GitHubRun): Error {
  return badRequest(
    "pr-missing",
    `The pull request is required for --comment: the run's event, ${event}, has none.`,
    "Pass it, as in --pr 42, or run the command on pull_request.",
  );
}

function noAccess(missing: string): Error {
  return badRequest(
    "comment-without-token",
    `--comment needs ${missing}, which is not set.`,
    "Pass the job's token: `env: { GITHUB_TOKEN: ${{ github.token }} }` with `pull-requests: write`.",
  );
}
