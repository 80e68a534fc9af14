import { readFileSync } from "node:fs";
import { beforeEach, expect, it } from "vitest";
import type { Invocation } from "../../../src/core/command.js";
import type { DeploymentListener, DeployResult } from "../../../src/features/deploy/request.js";
import {
  publishedDeployment,
  withEnvironmentPublishing,
} from "../../../src/features/publish/environment-run.js";
import { MoorageError } from "../../../src/core/errors.js";
import { temporaryFolder } from "../../harness/folder.js";
import { GitHubFake } from "../../fakes/github/github.js";
import { type FakeRun, mergeCommit, outputsIn, runEnvironment } from "../../harness/github-run.js";

const fake = await GitHubFake.open();
beforeEach(() => {
  fake.requests.splice(0);
  fake.deployments.splice(0);
});

const subject = { project: "hello", environment: "dev", pace: { secondMs: 1, spaced: false } };
const digest = `sha256:${"a".repeat(64)}`;
const tag = `sha-${mergeCommit.slice(0, 12)}`;
const result: DeployResult = {
  stack: "dev",
  url: "http://dev.example.com/",
  urls: {},
  imageTag: tag,
  services: [
    {
      name: "web",
      image: `registry/hello@${digest}`,
      digest,
      taskDefinition: "arn:aws:ecs:us-east-1:111111111111:task-definition/hello-web-dev:3",
      deploymentId: "ecs-svc/1",
    },
  ],
  result: "updated",
  changes: { update: 1 },
  expiresAt: null,
  durationMs: 1,
  verdict: "succeeded",
  smoke: [],
  diagnosis: null,
};

function runOf(given: Partial<FakeRun> = {}) {
  const run = { event: "push", payload: {}, ...given };
  const env: Record<string, string> = runEnvironment(fake, temporaryFolder(), run);
  const texts: string[] = [];
  const invocation: Invocation = {
    reporter: { notify: ({ kind, text }) => void texts.push(`${kind}: ${text}`), close: () => undefined },
    cwd: "/",
    env,
    target: "local",
    backendUrl: undefined,
    json: false,
    signal: new AbortController().signal,
    print: () => undefined,
  };
  const file = (name: string) => readFileSync(env[name] ?? "", "utf8");
  return {
    invocation,
    texts,
    summary: () => file("GITHUB_STEP_SUMMARY"),
    outputs: () => outputsIn(file("GITHUB_OUTPUT")),
  };
}

function deploying(imageTag = tag, commit?: string) {
  return async (listener?: DeploymentListener): Promise<DeployResult> => {
    const version = { requestedAt: "2026-01-01T00:00:00Z", ...(commit !== undefined && { commit }) };
    listener?.begins({ imageTag, digests: {}, version });
    const title = { stack: "dev", imageTag, deployedTag: "sha-old" };
    listener?.planned({ changes: { same: 12 }, steps: [] }, title);
    return result;
  };
}

it("an environment: deployment, summary with plan and console links, outputs, in four calls", async () => {
  const { invocation, texts, summary, outputs } = runOf();
  expect(await publishedDeployment(invocation, subject, deploying())).toEqual(result);
  expect(fake.requests).toHaveLength(4);
  expect(fake.deployments).toMatchObject([
    {
      ref: mergeCommit,
      task: "deploy:hello/dev",
      environment: "dev",
      transient: false,
      statuses: [
        { state: "in_progress", environmentUrl: "" },
        { state: "success", environmentUrl: result.url, autoInactive: false },
      ],
    },
  ]);
  expect(outputs()).toEqual({ stack: "dev", url: result.url, "image-tag": tag, verdict: "succeeded" });
  for (const part of [
    "octocat",
    "refs/heads/main",
    tag,
    digest,
    "dev from sha-old",
    "web in the ECS console",
  ])
    expect(summary()).toContain(part);
  expect(texts).toEqual(["notice: http://dev.example.com/"]);
});

it.each(["dev", "prod"])(
  "a success in %s ends the former one of its project, and no other, in six calls",
  async (environment) => {
    const other = environment === "dev" ? "prod" : "dev";
    const deploy = (changes: Partial<typeof subject> & { fails?: boolean }) =>
      publishedDeployment(runOf().invocation, { ...subject, environment, ...changes }, async (listener) => {
        const done = await deploying()(listener);
        if (changes.fails) throw new Error("no");
        return done;
      }).catch(() => undefined);
    await deploy({ environment: other });
    await deploy({ project: "storefront" });
    await deploy({});
    await deploy({ fails: true });
    fake.requests.splice(0);
    await deploy({});
    expect(fake.requests.length).toBeLessThanOrEqual(6);
    const ended = fake.deployments.map(({ task, statuses }) => [task, statuses.at(-1)?.state]);
    expect(ended).toEqual(
      [
        [`deploy:hello/${other}`, "success"],
        ["deploy:storefront/TASK", "success"],
        ["deploy:hello/TASK", "inactive"],
        ["deploy:hello/TASK", "failure"],
        ["deploy:hello/TASK", "success"],
      ].map(([task = "", state]) => [task.replace("TASK", environment), state]),
    );
  },
);

it("the deployment is of the commit that the image tells, not of the branch that started the run", async () => {
  const commit = "c".repeat(40);
  await publishedDeployment(runOf().invocation, subject, deploying("v1.2.3", commit));
  expect(fake.deployments).toMatchObject([{ ref: commit }]);
});

it("a tag whose commit nobody knows gets no deployment of a wrong commit", async () => {
  const { invocation, texts, outputs } = runOf({ event: "workflow_dispatch" });
  await publishedDeployment(invocation, subject, deploying("v1.2.3"));
  expect(fake.requests).toEqual([]);
  expect(texts).toEqual([
    "detail: The commit of v1.2.3 is unknown: no deployment on GitHub",
    "notice: http://dev.example.com/",
  ]);
  expect(outputs()["verdict"]).toBe("succeeded");
});

it("a release's run stands for its tag's commit; an app of another repository for the run's", async () => {
  const release = { tag_name: "v1.2.3", prerelease: false, draft: false };
  const released = runOf({ event: "release", payload: { release } });
  await publishedDeployment(released.invocation, subject, deploying("v1.2.3"));
  const elsewhere = { ...subject, appElsewhere: true };
  await publishedDeployment(runOf().invocation, elsewhere, deploying("v1.2.3", "d".repeat(40)));
  expect(fake.deployments).toMatchObject([{ ref: mergeCommit }, { ref: mergeCommit }]);
});

it("a deployment that fails is published once, as failed, with its reason", async () => {
  const { invocation, summary, outputs } = runOf();
  const failing = async (listener?: DeploymentListener): Promise<DeployResult> => {
    await deploying()(listener);
    throw new MoorageError({
      code: "rollout-failed",
      message: "The rollout of service web failed:\n  - exit code 3",
      hint: "Mend it.",
      result: { ...result, verdict: "rolled back" },
    });
  };
  await expect(publishedDeployment(invocation, subject, failing)).rejects.toThrow("exit code 3");
  expect(fake.requests).toHaveLength(3);
  expect(fake.deployments[0]?.statuses).toMatchObject([
    { state: "in_progress" },
    { state: "failure", environmentUrl: "" },
  ]);
  expect(outputs()["verdict"]).toBe("rolled back");
  for (const part of ["exit code 3", "Mend it"]) expect(summary()).toContain(part);
});

it("F29: a run that gave way to a newer version says so, and makes no deployment", async () => {
  const { invocation, outputs, summary } = runOf();
  const superseded = async (): Promise<DeployResult> => ({
    ...result,
    imageTag: "sha-new",
    verdict: "superseded",
  });
  await publishedDeployment(invocation, subject, superseded);
  expect(fake.requests).toEqual([]);
  expect(outputs()).toMatchObject({ "image-tag": "sha-new", verdict: "superseded" });
  expect(summary()).toContain("superseded");
});

it("F5: GitHub's refusal of the deployment is a warning; what was deployed stays a success", async () => {
  fake.plan(/^POST .*\/deployments$/, { status: 422, body: { message: "No ref found for: x" } });
  const { invocation, texts, outputs } = runOf();
  expect(await publishedDeployment(invocation, subject, deploying())).toEqual(result);
  expect(texts).toEqual([expect.stringContaining("No ref found"), "notice: http://dev.example.com/"]);
  expect(outputs()["verdict"]).toBe("succeeded");
});

it("outside a workflow GitHub is not asked and nothing is written", async () => {
  const { invocation, outputs } = runOf();
  const env = { ...invocation.env, GITHUB_ACTIONS: "" };
  await publishedDeployment({ ...invocation, env }, subject, deploying());
  expect(fake.requests).toEqual([]);
  expect(outputs()).toEqual({});
});

it("a token that nothing needs is not missed; a deployment's is", async () => {
  const { invocation, texts } = runOf();
  const without = { ...invocation, env: { ...invocation.env, GITHUB_TOKEN: "" } };
  await withEnvironmentPublishing(
    without,
    subject,
    async () => result,
    () => ({ kind: "deployed", result }),
  );
  const notice = "notice: http://dev.example.com/";
  expect(texts).toEqual([notice]);
  await publishedDeployment(without, subject, deploying());
  expect(texts).toEqual([notice, expect.stringContaining("GITHUB_TOKEN is not set"), notice]);
});

it("a promotion tells what was carried, and is no deployment", async () => {
  const { invocation, summary, outputs } = runOf();
  const services = [{ name: "web", digest, source: "a/hello", target: "b/hello", copied: true }];
  const promoted = { from: "dev", to: "staging", tag, as: "v1.2.3", services };
  const target = { ...subject, environment: "staging" };
  const work = async () => promoted;
  await withEnvironmentPublishing(invocation, target, work, (value) => ({ kind: "promoted", result: value }));
  expect(fake.requests).toEqual([]);
  expect(outputs()).toEqual({ stack: "staging", "image-tag": "v1.2.3", verdict: "promoted" });
  for (const part of ["promoted", digest, "v1.2.3"]) expect(summary()).toContain(part);
});
