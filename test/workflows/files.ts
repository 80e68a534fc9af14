import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { root } from "../harness/sandbox.js";

export interface Step {
  id?: string;
  name?: string;
  uses?: string;
  run?: string;
  if?: string;
  with?: Record<string, unknown>;
  env?: Record<string, string>;
}

export interface Job {
  name?: string;
  if?: string;
  uses?: string;
  needs?: string | string[];
  permissions?: Record<string, string>;
  concurrency?: Concurrency;
  environment?: { name: string; deployment?: boolean };
  strategy?: Record<string, unknown>;
  "timeout-minutes"?: number;
  "runs-on": string;
  outputs?: Record<string, string>;
  steps: Step[];
}

export interface Concurrency {
  group: string;
  "cancel-in-progress": boolean;
  queue?: string;
}

export interface Trigger {
  types?: string[];
  branches?: string[];
  paths?: string[];
  inputs?: Record<string, { default?: unknown }>;
  outputs?: Record<string, { value: string }>;
  secrets?: Record<string, unknown>;
}

export interface Workflow {
  on: Record<string, Trigger>;
  permissions: Record<string, string>;
  env: Record<string, string>;
  concurrency?: Concurrency;
  jobs: Record<string, Job>;
}

export const folder = join(root, ".github/workflows");
/** Moorage's own release, which no other repository has a use for. */
export const ownNames = ["publish"];
export const names = readdirSync(folder)
  .map((name) => name.replace(/\.yml$/, ""))
  .filter((name) => !ownNames.includes(name));

/** As they are in a repository of one app: nothing stands before its environments, and its variables are the repository's. */
export function read(name: string): Workflow {
  return parse(
    textOf(name)
      .replaceAll("${{ inputs.environment-prefix }}", "")
      .replace(/\$\{\{ inputs\.(backend|region|build-role) \|\| /g, "${{ "),
  ) as Workflow;
}

export function textOf(name: string): string {
  return readFileSync(join(folder, `${name}.yml`), "utf8");
}

/** Every job, with where it stands. */
export function jobs(of = names): { workflow: string; id: string; job: Job }[] {
  return of.flatMap((workflow) =>
    Object.entries(read(workflow).jobs).map(([id, job]) => ({ workflow, id, job })),
  );
}

/** What a job checks out to work on: Moorage's own checkout is only what brings it. */
export function checkoutsOf({ steps }: Job): Step[] {
  return steps.filter(({ uses, name }) => uses?.startsWith("actions/checkout") && name !== "Install Moorage");
}

export function action(): { runs: { steps: Step[] } } {
  return parse(readFileSync(join(root, "action.yml"), "utf8")) as { runs: { steps: Step[] } };
}

/** Every step, with where it stands. */
export function steps(): { where: string; step: Step }[] {
  const inJobs = jobs([...names, ...ownNames]).flatMap(({ workflow, id, job }) =>
    job.steps.map((step) => ({ where: `${workflow}.yml, ${id}`, step })),
  );
  return [...inJobs, ...action().runs.steps.map((step) => ({ where: "action.yml", step }))];
}
