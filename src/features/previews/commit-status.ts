import { placeInRepository } from "../../adapters/git/origin.js";
import { githubAccess, openGitHub } from "../../adapters/github/client.js";
import { setCommitStatus } from "../../adapters/github/commit-status.js";
import type { GitHubRun } from "../../adapters/github/event.js";
import type { PreviewStack } from "../../context/preview-stack.js";
import type { Invocation } from "../../core/command.js";
import { badRequest, MoorageError } from "../../core/errors.js";
import { withPublishing } from "../publish/preview-run.js";
import { decidePreview } from "./decision.js";
import { githubMissing } from "./refusal.js";

/** The stable JSON of `preview status`. */
export interface ToldStatus {
  commit: string;
  context: string;
  /** Null where the run that deploys the commit tells. */
  state: "success" | "failure" | null;
  description: string;
}

/** `moorage/preview`; apps below a repository's top have their name in it, so that each has its own. */
export async function statusContext(folder: string, project: string): Promise<string> {
  const isAtTop = (await placeInRepository(folder)) === "";
  return isAtTop ? "moorage/preview" : `moorage/preview (${project})`;
}

/**
 * Sets the commit status of a head for which no preview is deployed: success, with the reason. By the run's event alone, in
 * one call to GitHub. Raises `status-run` (exit 2) outside a run of a pull request or of the merge queue.
 */
export async function tellStatus(
  invocation: Invocation,
  run: GitHubRun | undefined,
  { preview, project }: { preview: PreviewStack | undefined; project: string },
): Promise<ToldStatus> {
  const context = await statusContext(invocation.cwd, project);
  if (run?.event === "merge_group") {
    const description = "A merge queue's commit has no preview";
    return set(invocation, run, { commit: run.commit, context, state: "success", description });
  }
  if (run?.pull === undefined || preview === undefined) throw noHead(run);
  const { pull } = run;
  const decision = decidePreview(
    { ...pull, state: pull.merged ? "merged" : pull.state },
    preview.request.config.preview,
  );
  const isBot = pull.author === "dependabot[bot]";
  const told = { commit: pull.headCommit, context };
  if (decision.action === "up" && !isBot)
    return { ...told, state: null, description: `${decision.reason}: the run that deploys it tells` };
  const reason = decision.action === "up" ? "Dependabot's pull requests have none" : decision.reason;
  const description =
    decision.action === "destroy" ? `No preview asked for: ${reason}` : `No preview: ${reason}`;
  return set(invocation, run, { ...told, state: "success", description });
}

/** Tells on the pull request, in the comment and by the commit status, that its image was not built. */
export async function tellFailedBuild(
  invocation: Invocation,
  run: GitHubRun | undefined,
  preview: PreviewStack,
): Promise<ToldStatus> {
  if (run?.pull === undefined) throw noHead(run);
  const { headCommit: commit } = run.pull;
  const { pr, stack, place } = preview;
  const context = await statusContext(invocation.cwd, place.project);
  const error = new MoorageError({
    code: "preview-build-failed",
    message: `${stack} is not deployed: a job before the deployment of commit ${commit} failed.`,
    hint: `See which one in the run, ${run.runUrl}. What was deployed before is unchanged.`,
  });
  const asked = { pr: String(pr), run, headCommit: commit };
  await withPublishing<never>(
    invocation,
    asked,
    { project: place.project, stack, pr, scope: preview.request.config.scope, statusContext: context },
    { begins: false, work: () => Promise.reject<never>(error), outcome: (never) => never },
  ).catch((thrown: unknown) => {
    if (thrown !== error) throw thrown;
  });
  return { commit, context, state: "failure", description: error.message };
}

async function set(
  { env, reporter, signal }: Invocation,
  { runUrl: url }: GitHubRun,
  told: ToldStatus & { state: "success" },
): Promise<ToldStatus> {
  const access = githubAccess(env);
  if ("missing" in access) throw githubMissing(access.missing);
  await setCommitStatus(openGitHub(access, { reporter, signal }), told.commit, { ...told, url });
  return told;
}

function noHead(run: GitHubRun | undefined): Error {
  const what = run === undefined ? "This is not a GitHub workflow run." : `The run's event is ${run.event}.`;
  return badRequest(
    "status-run",
    `There is no commit to give a status to. ${what}`,
    "Run it in a workflow that a pull request or the merge queue starts.",
  );
}
