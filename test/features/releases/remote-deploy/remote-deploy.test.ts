import { randomBytes } from "node:crypto";
import { beforeEach, expect, it, onTestFinished } from "vitest";
import { awsClients } from "../../../../src/adapters/aws/clients.js";
import { readParameter, writeParameter } from "../../../../src/adapters/aws/parameters.js";
import { githubAccess, openGitHub } from "../../../../src/adapters/github/client.js";
import { createSsm } from "../../../../packages/local-aws/src/services/ssm/ssm.js";
import { Store } from "../../../../packages/local-aws/src/store.js";
import type { Reporter } from "../../../../src/core/reporter.js";
import {
  requestDeployment,
  type RequestResult,
} from "../../../../src/features/releases/remote-deploy/remote-deploy.js";
import { clientConfig, serve } from "../../../../packages/local-aws/test/wire/serve.js";
import { temporaryFolder } from "../../../harness/folder.js";
import { eventually } from "../../../harness/eventually.js";
import { GitHubFake } from "../../../fakes/github/github.js";
import { settingsOf } from "../../../fakes/github/settings.js";
import { actionsOf, type FakeWorkflow } from "../../../fakes/github/actions.js";
import { silentReporter } from "../../../../src/core/reporter.js";

const fake = await GitHubFake.open();
const actions = actionsOf(fake);
beforeEach(() => {
  fake.requests.splice(0);
  actions.workflows.splice(0);
  actions.runs.splice(0);
  actions.onDispatch = (run) => actions.end(run, "success");
});

const parameter = "/moorage/hello/staging/version";
const repository = "acme/infrastructure";

interface Opened {
  request(changes?: {
    ref?: string | undefined;
    imageTag?: string;
    timeoutMs?: number;
    signal?: AbortSignal;
  }): Promise<RequestResult>;
  version(): Promise<string | undefined>;
  write(value: string): Promise<number>;
  texts: string[];
}

async function open(workflow: Partial<FakeWorkflow> = {}): Promise<Opened> {
  actions.declare(fake, workflow);
  const store = Store.open(temporaryFolder());
  const { endpoint } = await serve({ ssm: createSsm({ store, key: randomBytes(32) }) }, store);
  const { region, credentials } = clientConfig(endpoint);
  const aws = awsClients({ region, endpoint, credentials });
  onTestFinished(() => aws.close());
  const access = githubAccess({ ...fake.env, GITHUB_REPOSITORY: repository });
  if ("missing" in access) throw new Error(access.missing);
  const github = openGitHub(access, { reporter: silentReporter, pace: { secondMs: 1, spaced: false } });
  const texts: string[] = [];
  const reporter: Reporter = { notify: ({ text }) => void texts.push(text), close: () => undefined };
  return {
    texts,
    request(changes = {}) {
      const { imageTag = "v2", timeoutMs = 5_000, signal = new AbortController().signal } = changes;
      const ref = "ref" in changes ? changes.ref : "main";
      const wanted = { app: "hello", environment: "staging", imageTag, workflow: "deploy.yml", ref };
      return requestDeployment({ ...wanted, timeoutMs }, { github, aws, reporter, signal, everyMs: 5 });
    },
    version: async () => (await readParameter(aws, parameter))?.value,
    write: (value) => writeParameter(aws, parameter, value),
  };
}

it("writes the version down, starts the workflow, follows its run and gives its link", async () => {
  const { request, version, texts } = await open();
  actions.onDispatch = (run) => {
    run.status = "waiting";
    const isTold = async () => texts.some((text) => text.includes("waits for an approval"));
    void eventually("the approval is waited for", isTold).then(() => actions.end(run, "success"));
  };
  const result = await request();
  const [run] = actions.runs;
  expect(result).toMatchObject({
    app: "hello",
    environment: "staging",
    imageTag: "v2",
    parameter,
    repository,
    run: { id: run?.id, url: `https://github.com/${repository}/actions/runs/${run?.id}` },
    verdict: "succeeded",
  });
  expect(run).toMatchObject({ ref: "main", inputs: { app: "hello", environment: "staging" } });
  expect(await version()).toBe("v2");
});

it.each(["failure", "timed_out", "startup_failure", "skipped", "neutral", "stale"])(
  "a run that ends with %s is a failure, with its link and the jobs that failed",
  async (conclusion) => {
    const { request, version } = await open();
    actions.onDispatch = (run) => {
      const steps = [
        { name: "Set up", conclusion: "success" },
        { name: "Deploy", conclusion: "failure" },
      ];
      run.jobs = [
        { name: "check", conclusion: "success", steps: [] },
        { name: "deploy", conclusion: "failure", steps },
      ];
      actions.end(run, conclusion);
    };
    await expect(request()).rejects.toMatchObject({
      code: "request-failed",
      exitCode: 1,
      message: expect.stringMatching(/actions\/runs\/\d+ ended with .* \(deploy: Deploy\)/) as string,
      result: { verdict: "failed", run: { id: expect.any(Number) as number } },
    });
    // What was wanted stays: the run began with it.
    expect(await version()).toBe("v2");
  },
);

it("adoption A3: on the default branch of the repository that deploys, where no ref is named", async () => {
  settingsOf(fake).defaultBranch = "trunk";
  onTestFinished(() => void (settingsOf(fake).defaultBranch = "main"));
  const { request } = await open();
  await request({ ref: undefined });
  expect(actions.runs[0]).toMatchObject({ ref: "trunk" });
});

it("a cancelled run, and one that takes too long, are failures of their own", async () => {
  const { request } = await open();
  actions.onDispatch = (run) => actions.end(run, "cancelled");
  await expect(request()).rejects.toMatchObject({ code: "request-cancelled", exitCode: 1 });
  actions.onDispatch = () => undefined;
  await expect(request({ timeoutMs: 30 })).rejects.toMatchObject({ code: "request-timeout", exitCode: 1 });
});

it("a dispatch that fails puts the former version back", async () => {
  const { request, version, write, texts } = await open();
  await write("v1");
  fake.plan(/dispatches$/, {
    status: 403,
    body: { message: "Resource not accessible by personal access token" },
  });
  await expect(request()).rejects.toMatchObject({
    code: "github-forbidden",
    hint: expect.stringContaining("actions: write") as string,
    result: { run: null },
  });
  expect(await version()).toBe("v1");
  expect(texts.join()).toContain("is v1 again");
});

it("and removes it where there was none", async () => {
  const { request, version } = await open({ file: "another.yml" });
  await expect(request()).rejects.toMatchObject({ code: "github-not-found" });
  expect(await version()).toBeUndefined();
});

it("but leaves what somebody else has requested meanwhile", async () => {
  const { request, version, write } = await open();
  await write("v1");
  fake.plan(/dispatches$/, async () => {
    await write("v3");
    return { status: 404, body: { message: "Not Found" } };
  });
  await expect(request()).rejects.toMatchObject({ code: "github-not-found" });
  expect(await version()).toBe("v3");
});

it.each(["ignored", "refused"] as const)(
  "an older server (return_run_details %s): the run whose name holds our mark, not another one",
  async (details) => {
    const { request } = await open({ details });
    const others = [await openOther(), await openOther()];
    const results = await Promise.all([request({ imageTag: "v5" }), request({ imageTag: "v6" })]);
    const ours = actions.runs.filter(({ inputs }) => inputs["environment"] === "staging");
    expect(results.map(({ run }) => run?.id).sort()).toEqual(ours.map(({ id }) => id).sort());
    expect(new Set([...results.map(({ run }) => run?.id), ...others]).size).toBe(4);
  },
);

/** A run that somebody else has started, which fails. */
async function openOther(): Promise<number> {
  const body = JSON.stringify({
    ref: "main",
    inputs: { app: "hello", environment: "prod", request: "other" },
  });
  const headers = { authorization: "token test-token", "content-type": "application/json" };
  const url = `${fake.apiUrl}/repos/${repository}/actions/workflows/deploy.yml/dispatches`;
  await fetch(url, { method: "POST", headers, body });
  const run = actions.runs.at(-1);
  if (run === undefined) throw new Error("no run");
  actions.end(run, "failure");
  return run.id;
}

it("a workflow that declares no input for the mark is started without it", async () => {
  const { request } = await open({ inputs: ["app", "environment"] });
  expect((await request()).verdict).toBe("succeeded");
  expect(actions.runs).toMatchObject([{ inputs: { app: "hello", environment: "staging" } }]);
});

it("on an older server such a run cannot be told from others: that is said, and the version stays", async () => {
  const { request, version } = await open({ inputs: ["app", "environment"], details: "ignored" });
  await expect(request()).rejects.toMatchObject({
    code: "run-unknown",
    hint: expect.stringContaining("run-name") as string,
  });
  expect(await version()).toBe("v2");
});

it("an older server whose list fails for a moment is asked again; interrupted then, the version stays", async () => {
  const { request, version } = await open({ details: "ignored" });
  fake.plan(/GET .*\/workflows\/.*\/runs$/, { status: 404, body: { message: "Not Found" } });
  expect((await request()).verdict).toBe("succeeded");
  const interruption = new AbortController();
  actions.onDispatch = () => interruption.abort(new Error("Interrupted by SIGINT."));
  const error = await request({ imageTag: "v3", signal: interruption.signal }).catch((one: unknown) => one);
  expect(error).toMatchObject({ message: "Interrupted by SIGINT." });
  expect(await version()).toBe("v3");
});

it("F5: looks that fail do not fail a good run; GitHub gone for good does", async () => {
  const { request, texts } = await open();
  actions.onDispatch = (run) => void setTimeout(() => actions.end(run, "success"), 40);
  for (let time = 0; time < 2; time++)
    fake.plan(/GET .*\/runs\/\d+$/, { status: 404, body: { message: "Not Found" } });
  expect((await request()).verdict).toBe("succeeded");
  expect(texts.filter((text) => text.includes("could not be read"))).toHaveLength(2);
  actions.onDispatch = () => undefined;
  for (let time = 0; time < 5; time++)
    fake.plan(/GET .*\/runs\/\d+$/, { status: 404, body: { message: "Not Found" } });
  await expect(request()).rejects.toMatchObject({ code: "github-not-found" });
});

it("F6: interrupted while it follows: it ends at once, and the run goes on", async () => {
  const { request } = await open();
  const interruption = new AbortController();
  actions.onDispatch = () =>
    void setTimeout(() => interruption.abort(new Error("Interrupted by SIGINT.")), 20);
  const error = await request({ signal: interruption.signal, timeoutMs: 60_000 }).catch(
    (one: unknown) => one,
  );
  expect(error).toMatchObject({ message: "Interrupted by SIGINT." });
  expect(actions.runs).toMatchObject([{ status: "queued" }]);
});
