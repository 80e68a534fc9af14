import { bounds } from "../../../core/bounds.js";
import { randomUUID } from "node:crypto";
import type { AwsClients } from "../../../adapters/aws/clients.js";
import {
  deleteParameter,
  type ParameterVersion,
  readParameter,
  writeParameter,
} from "../../../adapters/aws/parameters.js";
import { asMoorageError, hasCode, type MoorageError } from "../../../core/errors.js";
import type { GitHub } from "../../../adapters/github/client.js";
import { type DispatchedRun, dispatchWorkflow } from "../../../adapters/github/workflow-runs.js";
import { repositoryFacts } from "../../../adapters/github/settings.js";
import type { Reporter } from "../../../core/reporter.js";
import { followRun } from "./follow.js";
import { versionParameter } from "./parameter.js";

/** One request for a deployment that another repository makes. */
export interface DeploymentRequest {
  app: string;
  environment: string;
  imageTag: string;
  workflow: string;
  /** The default branch of the repository where undefined. */
  ref: string | undefined;
  /** How long the run may take, in milliseconds. */
  timeoutMs: number;
}

export interface RequestEdges {
  /** Of the repository that deploys. */
  github: GitHub;
  aws: AwsClients;
  reporter: Reporter;
  signal: AbortSignal;
  /** How often the run is looked at, in milliseconds. */
  everyMs?: number;
}

/** The stable JSON of `request`; of one that failed as far as it came, beside `error`. */
export interface RequestResult {
  app: string;
  environment: string;
  imageTag: string;
  parameter: string;
  repository: string;
  workflow: string;
  run: DispatchedRun | null;
  verdict: "succeeded" | "failed";
  durationMs: number;
}

const usualPaceMs = 10_000;

/**
 * Writes the version down, starts the workflow that deploys it, and follows that run to its end. A workflow that could not
 * be started leaves the former version written down. Raises `github-*`, `run-unknown` and `request-*` with the result so
 * far.
 */
export async function requestDeployment(
  request: DeploymentRequest,
  edges: RequestEdges,
): Promise<RequestResult> {
  const { app, environment, imageTag, workflow, timeoutMs } = request;
  const { github, reporter, signal, everyMs = usualPaceMs } = edges;
  const startedAt = Date.now();
  const { owner, repo } = github.access.repository;
  const parameter = versionParameter(app, environment);
  const known = { app, environment, imageTag, parameter, repository: `${owner}/${repo}`, workflow };
  let run: DispatchedRun | null = null;
  const result = (verdict: RequestResult["verdict"]) => ({
    ...known,
    run,
    verdict,
    durationMs: Date.now() - startedAt,
  });
  try {
    run = await start(request, parameter, edges);
    reporter.notify({ kind: "step", text: `Following ${run.url}` });
    await followRun(github, run, { reporter, signal, timeoutMs, everyMs });
    return result("succeeded");
  } catch (thrown) {
    throw withResult(asMoorageError(signal.aborted ? signal.reason : thrown), result("failed"));
  }
}

async function start(
  { app, environment, imageTag, workflow, ref }: DeploymentRequest,
  parameter: string,
  { github, aws, reporter, signal, everyMs = usualPaceMs }: RequestEdges,
): Promise<DispatchedRun> {
  const on = ref ?? (await repositoryFacts(github)).defaultBranch;
  const former = await readParameter(aws, parameter);
  reporter.notify({ kind: "step", text: `Requesting ${imageTag} for ${app} in ${environment}` });
  const version = await writeParameter(aws, parameter, imageTag);
  const dispatch = { workflow, ref: on, inputs: { app, environment }, marker: randomUUID() };
  try {
    const pace = { timeoutMs: bounds.requestFound, everyMs: Math.min(everyMs, 2_000), signal };
    return await dispatchWorkflow(github, dispatch, pace);
  } catch (error) {
    const hasStarted = hasCode(error, "run-unknown");
    if (!hasStarted) await putBack(aws, reporter, parameter, version, former);
    throw error;
  }
}

/** Only what is still ours: a later request deploys its own version. */
async function putBack(
  aws: AwsClients,
  reporter: Reporter,
  parameter: string,
  version: number,
  former: ParameterVersion | undefined,
): Promise<void> {
  try {
    const now = await readParameter(aws, parameter);
    if (now?.version !== version) return;
    await (former === undefined
      ? deleteParameter(aws, parameter)
      : writeParameter(aws, parameter, former.value));
    const text =
      former === undefined ? `${parameter} is removed again` : `${parameter} is ${former.value} again`;
    reporter.notify({ kind: "detail", text });
  } catch (thrown) {
    const wanted = former === undefined ? "remove it" : `write ${former.value} into it`;
    const text = `${parameter} could not be restored: ${asMoorageError(thrown).message}`;
    reporter.notify({
      kind: "warning",
      text,
      hint: `${wanted}, or the next run deploys the version of this request`,
    });
  }
}

function withResult(error: MoorageError, result: RequestResult): MoorageError {
  return error.with({ result: { ...result } });
}
