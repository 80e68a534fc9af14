import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { root } from "../harness/sandbox.js";

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, string>;
}
interface Workflow {
  jobs: Record<string, { steps?: Step[] }>;
}

const heads = /pull_request\.head\.sha|inputs\.commit/;

/** Of each job that runs a program of stacks: which commit the folder is of that it runs in. */
function programsOf(name: string): { job: string; ref: string; run: string }[] {
  const { jobs } = parse(readFileSync(join(root, ".github/workflows", name), "utf8")) as Workflow;
  return Object.entries(jobs).flatMap(([job, { steps = [] }]) => {
    const checkout = steps.find(
      ({ uses, with: given }) => uses?.startsWith("actions/checkout@") && given?.["path"] === undefined,
    );
    const runs = steps.flatMap(({ run }) =>
      run !== undefined && / (deploy|diff|reconcile|up|rollback)\b/.test(run) ? [run] : [],
    );
    return runs.map((run) => ({ job, ref: checkout?.with?.["ref"] ?? "", run }));
  });
}

it.each(["fork.yml", "plan.yml", "before.yml"])(
  "16.2, F51: %s runs no moorage.ts of a pull request with a role",
  (name) => {
    const programs = programsOf(name);
    expect(programs.length).toBeGreaterThan(0);
    for (const { ref, run } of programs) {
      expect(ref).not.toMatch(heads);
      expect(run).not.toMatch(/--cwd "?(fork|head)\//);
    }
  },
);
