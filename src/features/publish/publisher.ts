import { bounds } from "../../core/bounds.js";
import { type CommentContent, deploymentSection } from "./comment/deployment.js";
import { redacted } from "../../core/redaction.js";
import type { Reporter } from "../../core/reporter.js";
import { githubAccess, openGitHub, type GitHub, type GitHubPace } from "../../adapters/github/client.js";
import { type ListComments, listOn, putComment, settleComment } from "./comment/write.js";
import { setCommitStatus } from "../../adapters/github/commit-status.js";
import { createDeployment, endDeployments, setDeploymentStatus } from "../../adapters/github/deployments.js";
import type { GitHubRun } from "../../adapters/github/event.js";
import { endFormerDeployments } from "../../adapters/github/former-deployments.js";
import { knownSecrets } from "../../core/secret-variables.js";
import {
  commitStatusOf,
  deploymentStatusOf,
  stepOutputs,
  taskDefinitionsOf,
  type RunOutcome,
} from "./outcome.js";
import { redactedOutcome } from "./redact.js";
import { writeOutputs, writeSummary } from "../../adapters/github/step-files.js";
import { contentOf, type PublishTarget, targetOf } from "./publish-target.js";
import { jobSummary } from "./summary.js";
import { unlessItFails, within } from "./best-effort.js";

export type { PublishTarget } from "./publish-target.js";

/**
 * Makes the result of a run on one stack known where people look. Never throws: what cannot be published after a
 * deployment is a warning.
 */
export interface Publisher {
  /** The deployment begins; of this whole commit, where the subject did not name it. */
  begin(commit?: string): Promise<void>;
  /** What it does to which resources, as text for people; the last one told counts. */
  planned: (plan: string) => void;
  /** How it ended; once, on success and on failure. */
  publish(outcome: RunOutcome): Promise<void>;
}

export interface PublisherEdges {
  reporter: Reporter;
  env: NodeJS.ProcessEnv;
  /** Aborted when the run is cancelled: then there are seconds left, not minutes. */
  signal: AbortSignal;
  run: GitHubRun;
  pace?: GitHubPace | undefined;
  thread?: CommentThread | undefined;
}

/** The pull request's comments, as somebody knows them who looks at it anyway. */
export interface CommentThread {
  comments: ListComments;
  /** Whether another run has changed our comment since this one began. */
  contended(): boolean;
}

const cancelledMs = 3_000;

/**
 * The publisher of a run: comment, GitHub deployment, job summary and outputs, in six calls to GitHub at most (one more for
 * a commit status, and for each further hundred comments of the pull request). With no repository or token configured it says so, and leaves out
 * what needs one.
 */
export function openPublisher(subject: PublishTarget, edges: PublisherEdges): Publisher {
  const { reporter, env, run, signal } = edges;
  const access = githubAccess(env);
  const github = "missing" in access ? undefined : openGitHub(access, { reporter, pace: edges.pace });
  let isSaid = false;
  const sayWhatIsMissing = () => {
    if (isSaid || !("missing" in access)) return;
    isSaid = true;
    const text = `No comment and no deployment on GitHub: ${access.missing} is not set`;
    reporter.notify({ kind: "warning", text });
  };
  if (subject.pr !== undefined) sayWhatIsMissing();
  const bestEffort = (what: string, work: () => Promise<void>) =>
    unlessItFails(reporter, what, () =>
      within({ timeoutMs: bounds.githubPublish, cancelledMs, signal }, work()),
    );
  let deployment: number | undefined;
  let commit = subject.commit;
  let plan: string | undefined;
  return {
    async begin(told) {
      commit ??= told;
      const target = targetOf({ ...subject, commit }, run);
      sayWhatIsMissing();
      if (!github || !target) return;
      await bestEffort("the GitHub deployment", async () => {
        deployment = await createDeployment(github, target);
        await setDeploymentStatus(github, deployment, { state: "in_progress", logUrl: run.runUrl });
      });
    },
    planned(text) {
      plan = text;
    },
    async publish(given) {
      const secrets = knownSecrets(env, reporter);
      const outcome = redactedOutcome(given, secrets);
      await bestEffort("the step's outputs", () => writeOutputs(env, stepOutputs(outcome, subject.stack)));
      const content = {
        ...contentOf({ ...subject, commit }, run, outcome),
        ...(plan !== undefined && { plan: redacted(plan, secrets) }),
      };
      await bestEffort("the job summary", () => writeSummary(env, summaryIn(run, content, outcome)));
      tellUrl(reporter, subject, outcome);
      if (!github) return;
      await Promise.all([
        ...(changedNothing(outcome)
          ? []
          : [
              bestEffort("the comment", () =>
                comment(github, edges, subject, content, deployment !== undefined),
              ),
            ]),
        bestEffort("the commit status", () => commitStatus(github, { ...subject, commit }, run, outcome)),
        bestEffort("the GitHub deployment", () => endOf(github, subject, run, outcome, deployment)),
      ]);
    },
  };
}

/** Beside the run's graph, which shows no link for a job whose own deployment is switched off. */
function tellUrl(reporter: Reporter, { stack }: PublishTarget, outcome: RunOutcome): void {
  const { url, state } = deploymentStatusOf(outcome);
  if (state === "success" && url !== undefined) reporter.notify({ kind: "notice", title: stack, text: url });
}

async function commitStatus(
  github: GitHub,
  { statusContext: context, commit }: PublishTarget,
  run: GitHubRun,
  outcome: RunOutcome,
): Promise<void> {
  const status = commitStatusOf(outcome);
  if (context === undefined || commit === undefined || status === undefined) return;
  await setCommitStatus(github, commit, { url: run.runUrl, ...status, context });
}

function summaryIn({ actor, ref, pull }: GitHubRun, content: CommentContent, outcome: RunOutcome): string {
  const taskDefinitions = taskDefinitionsOf(outcome);
  return jobSummary({ ...content, actor, branch: pull?.headRef ?? ref, taskDefinitions });
}

/** A pull request that never had a preview gets no comment about its end. */
function changedNothing(outcome: RunOutcome): boolean {
  return outcome.kind === "destroyed" && outcome.result.result === "absent";
}

/**
 * Looking again after the write (F19) is a seventh call of a deployment whose pull request was looked at: there only when
 * another run has been seen to write.
 */
async function comment(
  github: GitHub,
  { pace, thread }: PublisherEdges,
  { pr }: PublishTarget,
  content: CommentContent,
  deployed: boolean,
): Promise<void> {
  if (pr === undefined) return;
  const target = { pr, section: deploymentSection(content) };
  const list = thread?.comments ?? listOn(github);
  const written = await putComment(github, target, list);
  if (deployed && thread?.contended() === false) return;
  await settleComment(github, target, written, pace?.secondMs, list);
}

async function endOf(
  github: GitHub,
  subject: PublishTarget,
  run: GitHubRun,
  outcome: RunOutcome,
  deployment: number | undefined,
): Promise<void> {
  const logUrl = run.runUrl;
  if (outcome.kind === "destroyed") return endDeployments(github, subject, logUrl);
  if (deployment === undefined) return;
  const status = deploymentStatusOf(outcome);
  await setDeploymentStatus(github, deployment, { ...status, logUrl });
  const replaces = subject.pr === undefined && status.state === "success";
  if (replaces) await endFormerDeployments(github, subject, deployment, logUrl);
}
