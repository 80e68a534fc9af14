import type { GitHubFake } from "./github.js";
import { minimalRepository } from "./repository.js";
import { type Answer, type Asked, githubTime, notFound, page, type Route, text } from "./route.js";
import { bot } from "./views.js";

/** A workflow that may be started by hand. */
export interface FakeWorkflow {
  /** `owner/name` of its repository, and its file's name. */
  repository: string;
  file: string;
  inputs: readonly string[];
  /** What the server does about `return_run_details`: newer ones take it, older ones pass over it or refuse it. */
  details: "given" | "ignored" | "refused";
  /** Whether the runs' names hold the input `request`. */
  named: boolean;
}

export interface FakeActionsRun {
  id: number;
  repository: string;
  file: string;
  ref: string;
  title: string;
  inputs: Record<string, string>;
  status: string;
  conclusion: string | null;
  createdAt: string;
  jobs: { name: string; conclusion: string; steps: { name: string; conclusion: string }[] }[];
}

export class FakeActions {
  readonly workflows: FakeWorkflow[] = [];
  readonly runs: FakeActionsRun[] = [];
  /** Called when a run has been started; `end` ends it. */
  onDispatch: (run: FakeActionsRun) => void = () => undefined;

  /** Declares a workflow in a repository that the token may see. */
  declare(fake: GitHubFake, changes: Partial<FakeWorkflow> = {}): FakeWorkflow {
    const workflow: FakeWorkflow = {
      repository: "acme/infrastructure",
      file: "deploy.yml",
      inputs: ["app", "environment", "request"],
      details: "given",
      named: true,
      ...changes,
    };
    fake.repositories.add(workflow.repository);
    this.workflows.push(workflow);
    return workflow;
  }

  end(run: FakeActionsRun, conclusion: string): void {
    Object.assign(run, { status: "completed", conclusion });
  }
}

const areas = new WeakMap<GitHubFake, FakeActions>();

/** The workflows and runs of a fake. */
export function actionsOf(fake: GitHubFake): FakeActions {
  const known = areas.get(fake) ?? new FakeActions();
  areas.set(fake, known);
  return known;
}

export const actionRoutes: readonly Route[] = [
  { method: "POST", pattern: /^\/actions\/workflows\/([^/]+)\/dispatches$/, answer: dispatch },
  { method: "GET", pattern: /^\/actions\/workflows\/([^/]+)\/runs$/, answer: listRuns },
  { method: "GET", pattern: /^\/actions\/runs\/(\d+)$/, answer: getRun },
  { method: "GET", pattern: /^\/actions\/runs\/(\d+)\/jobs$/, answer: listJobs },
];

function dispatch(fake: GitHubFake, { repository, parts, body }: Asked): Answer {
  const actions = actionsOf(fake);
  const workflow = actions.workflows.find((one) => one.repository === repository && one.file === parts[0]);
  if (workflow === undefined) return notFound;
  const { inputs = {} } = body as { inputs?: Record<string, string> };
  const wantsDetails = body["return_run_details"] === true;
  if (wantsDetails && workflow.details === "refused") {
    return refusal('Invalid request. "return_run_details" is not a permitted key.');
  }
  const unknown = Object.keys(inputs).filter((name) => !workflow.inputs.includes(name));
  if (unknown.length > 0) return refusal(`Unexpected inputs provided: ${JSON.stringify(unknown)}`);
  const run = startRun(fake, workflow, text(body["ref"]) ?? "", inputs);
  if (!wantsDetails || workflow.details === "ignored") return { status: 204 };
  const { id } = run;
  const htmlUrl = `https://github.com/${repository}/actions/runs/${id}`;
  const runUrl = `${fake.apiUrl}/repos/${repository}/actions/runs/${id}`;
  return { status: 200, body: { workflow_run_id: id, run_url: runUrl, html_url: htmlUrl } };
}

function refusal(message: string): Answer {
  return { status: 422, body: { message, documentation_url: "https://docs.github.com/rest" } };
}

function startRun(
  fake: GitHubFake,
  { repository, file, named }: FakeWorkflow,
  ref: string,
  inputs: Record<string, string>,
): FakeActionsRun {
  const run: FakeActionsRun = {
    id: fake.id(),
    repository,
    file,
    ref,
    title: named ? `${inputs["app"] ?? ""} (${inputs["request"] ?? ""})` : "Deploy",
    inputs,
    status: "queued",
    conclusion: null,
    createdAt: githubTime(),
    jobs: [],
  };
  const actions = actionsOf(fake);
  actions.runs.push(run);
  actions.onDispatch(run);
  return run;
}

function listRuns(fake: GitHubFake, asked: Asked): Answer {
  const since = asked.url.searchParams.get("created")?.replace(/^>=/, "") ?? "";
  const runs = actionsOf(fake)
    .runs.filter(({ repository, file }) => repository === asked.repository && file === asked.parts[0])
    .filter(({ createdAt }) => since === "" || Date.parse(createdAt) >= Date.parse(since));
  const shown = runs.toReversed().map((run) => runView(fake, run));
  const answer = page(asked, shown);
  return { ...answer, body: { total_count: runs.length, workflow_runs: answer.body } };
}

function getRun(fake: GitHubFake, asked: Asked): Answer {
  const run = runAsked(fake, asked);
  return run === undefined ? notFound : { status: 200, body: runView(fake, run) };
}

function listJobs(fake: GitHubFake, asked: Asked): Answer {
  const run = runAsked(fake, asked);
  if (run === undefined) return notFound;
  const jobs = run.jobs.map((job, index) => jobView(fake, run, job, index + 1));
  return { status: 200, body: { total_count: jobs.length, jobs } };
}

function runAsked(fake: GitHubFake, { repository, parts }: Asked): FakeActionsRun | undefined {
  return actionsOf(fake).runs.find((run) => run.repository === repository && run.id === Number(parts[0]));
}

const commit = "0123456789abcdef0123456789abcdef01234567";

function runView(fake: GitHubFake, run: FakeActionsRun) {
  const { id, repository, ref, title, status, conclusion, createdAt } = run;
  const owner = fake.views.user(bot.login, bot.type);
  const place = minimalRepository(fake.apiUrl, repository, owner);
  const url = `${fake.apiUrl}/repos/${repository}/actions/runs/${id}`;
  const places = ["jobs", "logs", "check_suite", "artifacts", "cancel", "rerun", "workflow"];
  return {
    id,
    name: "Deploy",
    node_id: `WFR_${id}`,
    head_branch: ref,
    head_sha: commit,
    path: `.github/workflows/${run.file}`,
    display_title: title,
    run_number: id,
    run_attempt: 1,
    event: "workflow_dispatch",
    status,
    conclusion,
    workflow_id: 1,
    url,
    html_url: `https://github.com/${repository}/actions/runs/${id}`,
    pull_requests: [],
    created_at: createdAt,
    updated_at: githubTime(),
    run_started_at: createdAt,
    actor: owner,
    triggering_actor: owner,
    ...(Object.fromEntries(places.map((name) => [`${name}_url`, `${url}/${name}`])) as Record<
      string,
      string
    >),
    previous_attempt_url: null,
    head_commit: null,
    repository: place,
    head_repository: place,
  };
}

function jobView(fake: GitHubFake, run: FakeActionsRun, job: FakeActionsRun["jobs"][number], id: number) {
  const url = `${fake.apiUrl}/repos/${run.repository}/actions/jobs/${id}`;
  const times = { started_at: run.createdAt, completed_at: run.createdAt };
  return {
    id,
    node_id: `J_${id}`,
    run_id: run.id,
    run_url: `${fake.apiUrl}/repos/${run.repository}/actions/runs/${run.id}`,
    head_sha: commit,
    head_branch: run.ref,
    workflow_name: "Deploy",
    name: job.name,
    url,
    html_url: url,
    check_run_url: url,
    status: "completed",
    conclusion: job.conclusion,
    created_at: run.createdAt,
    ...times,
    labels: ["ubuntu-latest"],
    runner_id: 1,
    runner_name: "runner",
    runner_group_id: 1,
    runner_group_name: "Default",
    steps: job.steps.map((step, index) => ({ ...step, status: "completed", number: index + 1, ...times })),
  };
}
