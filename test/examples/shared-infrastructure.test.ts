import { spawn } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parse } from "yaml";
import { requestShape } from "../../src/core/project/request-schema.js";
import { readEnvironment } from "../../src/context/environment-stack.js";
import type { RequestResult } from "../../src/features/releases/remote-deploy/remote-deploy.js";
import type { HistoryJson } from "../harness/environment.js";
import { GitHubFake } from "../fakes/github/github.js";
import { actionsOf, type FakeActionsRun } from "../fakes/github/actions.js";
import { outputsIn, runEnvironment } from "../harness/github-run.js";
import { finished, root, type Run, Sandbox } from "../harness/sandbox.js";

const timeout = 120_000;
const example = join(root, "examples/shared-infrastructure");
const fake = await GitHubFake.open();
const actions = actionsOf(fake);

interface Workflow {
  env: Record<string, string>;
  on: { workflow_dispatch: { inputs: Record<string, unknown> } };
  jobs: { deploy: { steps: { name?: string; run?: string }[] } };
}

const workflow = parse(readFileSync(join(example, ".github/workflows/deploy.yml"), "utf8")) as Workflow;

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = new Sandbox(example);
  cpSync(example, sandbox.project, { recursive: true });
  mkdirSync(join(sandbox.project, "node_modules/.bin"), { recursive: true });
  symlinkSync(join(root, "bin/moorage.js"), join(sandbox.project, "node_modules/.bin/moorage"));
  await sandbox.json("local", "image", join(root, "examples/hello"), "--repository", "hello", "--tag", "v1");
}, timeout);
afterAll(() => sandbox.close(), timeout);

/** What the workflow's last step runs, as the runner runs it. */
function runWorkflow({ inputs }: FakeActionsRun): Promise<Run> {
  const step = workflow.jobs.deploy.steps.find(({ name }) => name === "Deploy");
  const env = { ...sandbox.env, ...workflow.env, APP: inputs["app"], ENVIRONMENT: inputs["environment"] };
  const stdio: ["ignore", "pipe", "pipe"] = ["ignore", "pipe", "pipe"];
  return finished(spawn("bash", ["-e", "-c", step?.run ?? "exit 9"], { cwd: sandbox.project, env, stdio }));
}

it(
  "issue 14.9: an app's repository requests a version: it is written down, the workflow started, its run followed to its end",
  { timeout },
  async () => {
    actions.declare(fake, { inputs: Object.keys(workflow.on.workflow_dispatch.inputs) });
    const runs: Promise<Run>[] = [];
    actions.onDispatch = (run) => {
      const ended = runWorkflow(run);
      runs.push(ended);
      void ended.then(({ code }) => actions.end(run, code === 0 ? "success" : "failure"));
    };
    const app = join(sandbox.folder, "app");
    mkdirSync(app);
    const env = {
      ...runEnvironment(fake, app, { event: "workflow_dispatch", payload: {} }),
      AWS_REGION: "us-east-1",
    };
    const words = ["request", "dev", "--tag", "v1", "--app", "hello", "--repository", "acme/infrastructure"];
    const run = await sandbox.moorage([...words, "--cwd", app, "--json"], env);
    const [deployed] = await Promise.all(runs);
    expect(run.code, `${run.stderr}\n${deployed?.stderr ?? ""}`).toBe(0);
    const url = `https://github.com/acme/infrastructure/actions/runs/${actions.runs[0]?.id ?? ""}`;
    expect(run.json<RequestResult>()).toMatchObject({
      parameter: "/moorage/hello/dev/version",
      repository: "acme/infrastructure",
      run: { url },
      verdict: "succeeded",
    });
    expect(outputsIn(readFileSync(join(app, "output"), "utf8"))).toEqual({
      verdict: "succeeded",
      "image-tag": "v1",
      "run-url": url,
    });
    const history = await sandbox.json<HistoryJson[]>("history", "dev", "--cwd", "apps/hello");
    expect(history).toMatchObject([{ imageTag: "v1", result: "succeeded" }]);
  },
);

it("a version that nobody has requested is named as such, and nothing is deployed", { timeout }, async () => {
  const words = ["deploy", "staging", "--tag-from-parameter", "--cwd", "apps/hello", "--json"];
  const run = await sandbox.moorage(words);
  expect(run.code).toBe(2);
  const { error } = run.json<{ error: { code: string; message: string } }>();
  expect(error.code).toBe("version-not-requested");
  expect(error.message).toContain("/moorage/hello/staging/version");
});

it("every app's environments are configured as they should be", async () => {
  for (const app of readdirSync(join(example, "apps"))) {
    const folder = join(example, "apps", app);
    const names = readdirSync(folder).flatMap((file) => /^Pulumi\.(\w+)\.yaml$/.exec(file)?.[1] ?? []);
    for (const name of names) expect((await readEnvironment(folder, name)).request.config.app).toBe(app);
    expect(names).toContain("dev");
  }
});

it("what its README says of the configuration is a configuration", () => {
  const readme = readFileSync(join(example, "README.md"), "utf8");
  const [, yaml = ""] = /```yaml\n(config:[\s\S]*?)```/.exec(readme) ?? [];
  const { config } = parse(yaml) as { config: Record<string, { value: unknown }> };
  expect(requestShape.parse(config["moorage:request"]?.value)).toEqual({
    repository: "acme/infrastructure",
    workflow: "deploy.yml",
    ref: "main",
  });
  const policies = [...readme.matchAll(/```json\n([\s\S]*?)```/g)].map(
    ([, text = ""]) => JSON.parse(text) as unknown,
  );
  expect(policies).toHaveLength(1);
});
