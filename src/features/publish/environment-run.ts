import type { Invocation } from "../../core/command.js";
import type { DeploymentListener, DeployResult } from "../deploy/request.js";
import type { EnvironmentStack } from "../../context/environment-stack.js";
import type { GitHubPace } from "../../adapters/github/client.js";
import { deployedCommit } from "./deployed-commit.js";
import { readRun, type GitHubRun } from "../../adapters/github/event.js";
import type { RunOutcome } from "./outcome.js";
import { publishOutcome } from "./published.js";
import type { Publisher } from "./publisher.js";
import { githubEnvironment } from "../../core/project/scope.js";
import { describePlan } from "../deploy/plan/text.js";
import { viewOf } from "../deploy/plan/view.js";

/** An environment, as far as what is published names it. */
export interface PublishedEnvironment {
  project: string;
  environment: string;
  /** `moorage:scope`. */
  scope?: string | undefined;
  /** Whether the app's code is in another repository than the run's: its commits are unknown here. */
  appElsewhere?: boolean;
  pace?: GitHubPace;
}

/** Names an environment for what is published about it. */
export function publishTarget({ place, environment, request }: EnvironmentStack): PublishedEnvironment {
  return { project: place.project, environment, scope: request.config.scope };
}

/**
 * Deploys an environment. In a GitHub run its end is made known once, good or bad: a GitHub deployment from when the images
 * are resolved (six calls at most), the job summary with the plan, and the step's outputs.
 */
export async function publishedDeployment(
  invocation: Invocation,
  subject: PublishedEnvironment,
  deploy: (listener?: DeploymentListener) => Promise<DeployResult>,
): Promise<DeployResult> {
  const run = await readRun(invocation.env);
  if (run === undefined) return deploy();
  const publisher = await openFor(invocation, subject, run);
  // GitHub wants a second between writes: the deployment does not wait for them.
  let begun: Promise<void> | undefined;
  const begin = (commit: string) => void (begun = publisher.begin(commit));
  const publish = async (outcome: RunOutcome) => {
    await begun;
    await publisher.publish(outcome);
  };
  const listener = listenerOf(invocation, subject, run, { begin, planned: publisher.planned });
  return publishOutcome(
    { publish },
    () => deploy(listener),
    (result) => ({ kind: "deployed", result }),
  );
}

/** Does what changes no stack; in a GitHub run job summary and outputs tell how it ended. */
export async function withEnvironmentPublishing<Result>(
  invocation: Invocation,
  subject: PublishedEnvironment,
  work: () => Promise<Result>,
  outcome: (result: Result) => RunOutcome,
): Promise<Result> {
  const run = await readRun(invocation.env);
  return run === undefined ? work() : publishOutcome(await openFor(invocation, subject, run), work, outcome);
}

async function openFor(
  { env, reporter, signal }: Invocation,
  { project, environment: stack, scope, pace }: PublishedEnvironment,
  run: GitHubRun,
): Promise<Publisher> {
  const { openPublisher } = await import("./publisher.js");
  const environment = githubEnvironment({ scope }, stack);
  return openPublisher({ project, stack, environment }, { env, reporter, signal, run, pace });
}

function listenerOf(
  { reporter }: Invocation,
  { appElsewhere }: PublishedEnvironment,
  run: GitHubRun,
  publisher: { begin(commit: string): void } & Pick<Publisher, "planned">,
): DeploymentListener {
  return {
    begins(release) {
      const commit = appElsewhere ? run.commit : deployedCommit(release, run);
      if (commit !== undefined) return publisher.begin(commit);
      const text = `The commit of ${release.imageTag} is unknown: no deployment on GitHub`;
      reporter.notify({ kind: "detail", text });
    },
    planned: (plan, title) => publisher.planned(describePlan({ ...title, ...viewOf(plan) })),
  };
}
