import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type PublishedWorkflow, publishedWorkflows } from "../../../../src/features/setup/init/published.js";
import { goTool } from "../../../harness/go-tool.js";
import { jsonOf } from "../../../harness/in-process.js";
import { describeWith, pythonTool } from "../../../harness/python-tool.js";

const run = promisify(execFile);

interface Job {
  uses?: string;
  permissions: Record<string, string>;
  with?: Record<string, unknown>;
}

interface Workflow {
  on: Record<string, { inputs?: Record<string, { required?: boolean }> } | null>;
  jobs: Record<string, Job>;
}

let published: PublishedWorkflow[];
let project: string;

beforeAll(async () => {
  published = await publishedWorkflows();
  project = mkdtempSync(join(tmpdir(), "moorage-test-"));
  await run("git", ["init", "--quiet", project]);
  const registry = "111111111111.dkr.ecr.us-east-1.amazonaws.com";
  const words = [
    "--yes",
    "--unreviewed",
    "staging",
    "--repository",
    "acme/shop",
    "--domain",
    "example.com",
    "--registry",
    registry,
  ];
  await jsonOf({ project, env: {} }, ["init", ...words]);
});

afterAll(() => rmSync(project, { recursive: true, force: true }));

const callable = () => published.filter(({ text }) => "workflow_call" in (parse(text) as Workflow).on);

function callerOf(name: string): Workflow {
  return parse(readFileSync(join(project, `.github/workflows/moorage-${name}.yml`), "utf8")) as Workflow;
}

describe("a caller", () => {
  it("adoption B3: is there for each workflow that can be called, and calls it at a commit", () => {
    expect(callable().length).toBeGreaterThan(5);
    for (const { name } of callable()) {
      const [job] = Object.values(callerOf(name).jobs);
      expect(job?.uses).toMatch(
        new RegExp(`^moorage/moorage/\\.github/workflows/${name}\\.yml@[0-9a-f]{40}$`),
      );
    }
  });

  it("F51: tells Dependabot by who wrote the pull request, where the workflow that it calls does", () => {
    for (const { name, text } of callable()) {
      const caller = readFileSync(join(project, `.github/workflows/moorage-${name}.yml`), "utf8");
      expect(`${caller}${text}`).not.toMatch(/github\.(actor|triggering_actor)/);
    }
    const reached = callable().filter(({ text }) => /^ {2}pull_request(_target)?:/m.test(text));
    const gated = reached.filter(({ text }) => text.includes("user.login != 'dependabot[bot]'"));
    // Checks have no role; a teardown runs nothing of the pull request, and only takes away.
    expect(reached.map(({ name }) => name).sort()).toEqual(["checks", "plan", "preview", "teardown"]);
    expect(gated.map(({ name }) => name).sort()).toEqual(["plan", "preview"]);
  });

  it("starts at the same events, gives what is wanted, and no input that is not there", () => {
    for (const { name, text } of callable()) {
      const { workflow_call: called, ...events } = (parse(text) as Workflow).on;
      const caller = callerOf(name);
      expect(caller.on, name).toEqual(events);
      const given = Object.keys(caller.jobs[name]?.with ?? {});
      const inputs = Object.entries(called?.inputs ?? {});
      const names = inputs.map(([input]) => input);
      expect(
        given.filter((input) => !names.includes(input)),
        name,
      ).toEqual([]);
      const wanted = inputs.filter(([, { required }]) => required).map(([input]) => input);
      expect(
        wanted.filter((input) => !given.includes(input)),
        name,
      ).toEqual([]);
    }
  });

  it("has every permission that a job of it needs, and no other", () => {
    const rank = (level: string | undefined) => ["none", "read", "write"].indexOf(level ?? "none");
    for (const { name, text } of callable()) {
      const needed: Record<string, string> = {};
      for (const job of Object.values((parse(text) as Workflow).jobs)) {
        for (const [scope, level] of Object.entries(job.permissions)) {
          if (rank(level) > rank(needed[scope])) needed[scope] = level;
        }
      }
      expect(callerOf(name).jobs[name]?.permissions, name).toEqual(needed);
    }
  });
});

describeWith(await goTool("actionlint"), "actionlint", (actionlint) => {
  it("reports nothing on what init writes", { timeout: 60_000 }, async () => {
    const { stdout } = await run(actionlint, ["-no-color"], { cwd: project }).catch(
      (failed: { stdout: string }) => failed,
    );
    expect(stdout).toBe("");
  });
});

describeWith(await pythonTool("zizmor"), "zizmor, pedantic", (zizmor) => {
  it(
    "reports nothing on what init writes, in a repository of several apps too",
    { timeout: 60_000 },
    async () => {
      const app = join(project, "apps/web");
      mkdirSync(app, { recursive: true });
      const registry = "111111111111.dkr.ecr.us-east-1.amazonaws.com";
      const words = [
        "--yes",
        "--unreviewed",
        "staging",
        "--app",
        "web",
        "--repository",
        "acme/shop",
        "--domain",
        "example.com",
      ];
      await jsonOf({ project: app, env: {} }, ["init", ...words, "--registry", registry]);
      const options = ["--pedantic", "--offline", "--strict-collection", "--color", "never"];
      const env = { ...process.env, PYTHONPATH: zizmor.folder };
      const { stdout } = await run(join(zizmor.folder, "bin/zizmor"), [...options, project], { env }).catch(
        (failed: { stdout: string }) => failed,
      );
      expect(stdout).toMatch(/^No findings to report\. Good job! \(\d+ ignored\)/);
    },
  );
});

describe("adoption B3: what a job with a role installs", () => {
  it("is Moorage alone, from a folder with a manifest of its own that git keeps and whose packages it ignores", () => {
    const read = (name: string) => readFileSync(join(project, ".github/moorage", name), "utf8");
    const { dependencies } = JSON.parse(read("package.json")) as { dependencies: Record<string, string> };
    expect(Object.keys(dependencies)).toEqual(["moorage"]);
    expect(dependencies["moorage"]).toMatch(/^https:.*\/moorage-[0-9.]+\.tgz$/);
    expect(read(".gitignore")).toBe("node_modules\n");
    for (const { name } of callable()) {
      expect(callerOf(name).jobs[name]?.with?.["moorage"], name).toBe(".github/moorage");
    }
  });
});
