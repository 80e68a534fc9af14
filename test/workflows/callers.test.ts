import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { readWorkflow } from "../../src/features/setup/init/workflow.js";
import { root } from "../harness/sandbox.js";
import { folder, type Job, jobs, read } from "./files.js";

describe("called from another repository", () => {
  it("the caller that the documentation shows grants what the workflow's jobs ask for: GitHub starts no other", () => {
    const text = readFileSync(join(root, "docs/workflows.md"), "utf8");
    const shown = [...text.matchAll(/```yaml\n(name: [^]*?)```/g)].map(
      ([, yaml = ""]) => parse(yaml) as { jobs: Record<string, Job> },
    );
    const callers = shown.flatMap(({ jobs: called }) => Object.values(called));
    expect(callers.length).toBeGreaterThan(0);
    for (const { uses = "", permissions } of callers) {
      const name = /workflows\/(\w+\.yml)@/.exec(uses)?.[1] ?? "";
      const asked = readWorkflow(readFileSync(join(folder, name), "utf8"))?.permissions ?? [];
      expect(permissions).toEqual(Object.fromEntries(asked.map(({ scope, level }) => [scope, level])));
    }
  });

  it("F12: apps of one repository neither cancel each other's runs nor take the place of one that waits", () => {
    const groups = [
      ...jobs().map(({ job: { concurrency } }) => concurrency),
      ...["checks", "sweep"].map((name) => read(name).concurrency),
    ].filter((group) => group !== undefined);
    const shared = groups.filter(({ group, queue }) => queue !== "max" && !group.includes("inputs.cwd"));
    expect(shared).toEqual([]);
  });
});

it.each([
  ["main", "deploy"],
  ["release", "deploy"],
  ["deploy", "deploy"],
  ["rollback", "rollback"],
  ["infra", "foundation"],
  ["infra", "apply"],
  ["preview", "deploy"],
  ["teardown", "teardown"],
  ["sweep", "sweep"],
])("F8: %s, %s may ask GitHub whether the run that holds a lock is over", (workflow, id) => {
  expect(read(workflow).jobs[id]?.permissions?.["actions"]).toBe("read");
});
