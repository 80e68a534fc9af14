import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { root } from "../harness/sandbox.js";

export interface Step {
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
  steps: Step[];
}

export interface Concurrency {
  group: string;
  "cancel-in-progress": boolean;
  queue?: string;
}

export interface Workflow {
  on: Record<
    string,
    { types?: string[]; inputs?: Record<string, unknown>; secrets?: Record<string, unknown> }
  >;
  permissions: Record<string, string>;
  env: Record<string, string>;
  concurrency?: Concurrency;
  jobs: Record<string, Job>;
}

export const folder = join(root, ".github/workflows");
export const names = readdirSync(folder).map((name) => name.replace(/\.yml$/, ""));

export function read(name: string): Workflow {
  return parse(readFileSync(join(folder, `${name}.yml`), "utf8")) as Workflow;
}

/** Every job, with where it stands. */
export function jobs(): { workflow: string; id: string; job: Job }[] {
  return names.flatMap((workflow) =>
    Object.entries(read(workflow).jobs).map(([id, job]) => ({ workflow, id, job })),
  );
}

export function action(): { runs: { steps: Step[] } } {
  return parse(readFileSync(join(root, "action.yml"), "utf8")) as { runs: { steps: Step[] } };
}

/** Every step, with where it stands. */
export function steps(): { where: string; step: Step }[] {
  const inJobs = jobs().flatMap(({ workflow, id, job }) =>
    job.steps.map((step) => ({ where: `${workflow}.yml, ${id}`, step })),
  );
  return [...inJobs, ...action().runs.steps.map((step) => ({ where: "action.yml", step }))];
}
