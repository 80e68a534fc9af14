import type { CommentContent } from "./comment/deployment.js";
import type { DeploymentTarget } from "../../adapters/github/deployments.js";
import type { GitHubRun } from "../../adapters/github/event.js";
import { reportOf, type RunOutcome } from "./outcome.js";

/** What is published about. */
export interface PublishTarget {
  project: string;
  stack: string;
  /** GitHub's environment. */
  environment: string;
  /** Of a preview. */
  pr?: number;
  /** Whole commit that is deployed; without it there is no GitHub deployment. */
  commit?: string | undefined;
  /** The commit status that tells of it; undefined where none does. */
  statusContext?: string | undefined;
}

/** What its GitHub deployment is of; undefined where the commit is not known. */
export function targetOf(
  { project, environment, stack, pr, commit }: PublishTarget,
  run: GitHubRun,
): DeploymentTarget | undefined {
  if (commit === undefined) return undefined;
  return { project, environment, stack, commit, run: orderOf(run), ...(pr !== undefined && { pr }) };
}

/** How it appears in comment and summary. */
export function contentOf(subject: PublishTarget, run: GitHubRun, outcome: RunOutcome): CommentContent {
  const { project, stack, commit } = subject;
  return {
    identity: { project, stack },
    run: orderOf(run),
    runUrl: run.runUrl,
    ...(commit !== undefined && { commit }),
    ...reportOf(outcome),
  };
}

function orderOf({ runId, attempt }: GitHubRun): { run: number; attempt: number } {
  return { run: runId, attempt };
}
