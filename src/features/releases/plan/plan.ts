import type { Invocation } from "../../../core/command.js";
import { parseReleaseConfig } from "../../../core/project/release.js";
import { tagPrefixOf } from "../../../core/project/scope.js";
import { type Project, stackFileName } from "../../../core/project/project.js";
import { didYouMean } from "../../../core/project/suggest.js";
import { badRequest, MoorageError } from "../../../core/errors.js";
import { githubAccess, openGitHub } from "../../../adapters/github/client.js";
import type { GitHubRun } from "../../../adapters/github/event.js";
import { judgeRelease, type Trigger, planTrain, type ReleasePlan } from "./release-plan.js";
import { mainBranch } from "../../../adapters/git/main-branch.js";
import { leavesAlone } from "./touched.js";
import { approvals } from "./approvals.js";
import { type TriggerInput, occasionOf } from "./trigger.js";

type Edges = Pick<Invocation, "reporter" | "env" | "signal"> & {
  project: Project;
  run: GitHubRun | undefined;
};

/** A train, and the version that it carries. */
export interface PlannedRelease extends ReleasePlan {
  tag: string;
  /** Environments that are deployed only once somebody has approved it. */
  asks: string[];
}

/**
 * What is deployed, by the project's configuration. Raises `release-disagrees` (exit 4) where a release's tag and its flag
 * differ, `approval-unguarded` (exit 4), and bad requests: `no-environment`, and those of `occasionOf`.
 */
export async function planRelease(asked: TriggerInput, edges: Edges): Promise<PlannedRelease> {
  const { project, run } = edges;
  const { scope, triggers, release } = parseReleaseConfig(project);
  const config = { triggers, release, tagPrefix: tagPrefixOf({ scope, triggers }) };
  const occasion = occasionOf(asked, run, await mainBranch(project, run));
  const problem = judgeRelease(occasion, config.tagPrefix);
  if (problem !== undefined) throw disagreement(problem);
  const planned = planTrain(occasion, config);
  const train = (await isOthers(planned, occasion, edges)) ? nothing : planned;
  for (const { environment } of train.stops) requireEnvironment(environment, project);
  return { tag: versionOf(occasion), ...train, asks: await asking(train, { ...edges, scope }) };
}

const nothing: ReleasePlan = {
  stops: [],
  manual: [],
  build: null,
  reason: "The push changes nothing of this app (moorage:paths).",
};

/** Whether a push is none of this app's business. */
async function isOthers({ stops }: ReleasePlan, { kind }: Trigger, edges: Edges): Promise<boolean> {
  const [first] = stops;
  if (kind !== "branch" || first === undefined || edges.run === undefined) return false;
  return leavesAlone(edges.project, first.environment, edges.run, edges);
}

/** By the configuration, and by GitHub's environments where they can be read. */
async function asking(
  train: ReleasePlan,
  { env, reporter, signal, run, scope }: Edges & { scope: string | undefined },
): Promise<string[]> {
  const said = train.stops.filter(({ gate }) => gate === "approval").map(({ environment }) => environment);
  const access = githubAccess(env);
  if (!("missing" in access)) return approvals(train, openGitHub(access, { reporter, signal }), scope);
  if (said.length === 0) return said;
  if (run !== undefined) throw tokenMissing(access.missing);
  reporter.notify({
    kind: "warning",
    text: `No GitHub repository (${access.missing} is not set): not checked who approves`,
  });
  return said;
}

function versionOf(occasion: Trigger): string {
  return occasion.kind === "branch" ? occasion.commitTag : occasion.tag;
}

function disagreement({ message, hint }: { message: string; hint: string }): MoorageError {
  return new MoorageError({
    code: "release-disagrees",
    message: `${message} Nothing was deployed.`,
    hint,
  });
}

function requireEnvironment(name: string, project: Project): void {
  const { environments } = project;
  if (environments.includes(name)) return;
  throw badRequest(
    "no-environment",
    `${name} is to be deployed, but there is no ${stackFileName(project, name)} (${didYouMean(name, environments)}).`,
    "Write that file, or correct moorage:triggers in Pulumi.yaml.",
  );
}

function tokenMissing(name: string): MoorageError {
  return badRequest(
    "github-token-missing",
    `${name} is not set, so the approvals cannot be checked.`,
    "Pass the step its token: `GITHUB_TOKEN: ${{ github.token }}`, with `permissions: { actions: read }`.",
  );
}
