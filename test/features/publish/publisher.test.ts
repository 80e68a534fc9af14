import { readFileSync } from "node:fs";
import { beforeEach, expect, it } from "vitest";
import type { DeployResult } from "../../../src/features/deploy/request.js";
import { MoorageError } from "../../../src/core/errors.js";
import { readRun } from "../../../src/adapters/github/event.js";
import {
  openPublisher,
  type Publisher,
  type PublishTarget,
} from "../../../src/features/publish/publisher.js";
import type { Reporter, Message } from "../../../src/core/reporter.js";
import { temporaryFolder } from "../../harness/folder.js";
import { GitHubFake } from "../../fakes/github/github.js";
import {
  headCommit,
  outputsIn,
  pullRequestPayload,
  runEnvironment,
  type FakeRun,
} from "../../harness/github-run.js";

const fake = await GitHubFake.open();
beforeEach(() => void fake.requests.splice(0));

const digest = `sha256:${"a".repeat(64)}`;

const result: DeployResult = {
  stack: "pr-42",
  url: "http://pr-42.preview.example.com/",
  urls: {},
  imageTag: "sha-0123456789ab",
  services: [
    {
      name: "web",
      image: `registry/hello@${digest}`,
      digest,
      taskDefinition: "arn:aws:ecs:us-east-1:111111111111:task-definition/hello-web-pr-42:3",
      deploymentId: "ecs-svc/1",
    },
  ],
  result: "created",
  changes: { create: 12, same: 0 },
  expiresAt: "2026-02-03T04:05:06.000Z",
  durationMs: 1,
  verdict: "succeeded",
  smoke: [],
  diagnosis: null,
};

interface Opened {
  publisher: Publisher;
  messages: Message[];
  /** What the run's page shows beside its graph. */
  notices: string[];
  summary(): string;
  outputs(): Record<string, string>;
}

async function open(
  pr: number,
  given: Partial<FakeRun> = {},
  more: Record<string, string> = {},
  spaced = false,
): Promise<Opened> {
  const run = { event: "pull_request", payload: pullRequestPayload(pr), ...given };
  const env: Record<string, string> = { ...runEnvironment(fake, temporaryFolder(), run), ...more };
  const messages: Message[] = [];
  const notices: string[] = [];
  const notify = (message: Message) =>
    void (message.kind === "notice"
      ? notices.push(`${message.title}: ${message.text}`)
      : messages.push(message));
  const reporter: Reporter = { notify, close: () => undefined };
  const subject: PublishTarget = {
    project: "hello",
    stack: `pr-${pr}`,
    environment: "preview",
    pr,
    commit: headCommit,
  };
  const read = await readRun(env);
  if (read === undefined) throw new Error("no run");
  const pace = { secondMs: 1, spaced };
  const signal = new AbortController().signal;
  const file = (name: string) => readFileSync(env[name] ?? "", "utf8");
  return {
    publisher: openPublisher(subject, { reporter, env, signal, run: read, pace }),
    messages,
    notices,
    summary: () => file("GITHUB_STEP_SUMMARY"),
    outputs: () => outputsIn(file("GITHUB_OUTPUT")),
  };
}

function failure(changes: Partial<ConstructorParameters<typeof MoorageError>[0]> = {}): MoorageError {
  return new MoorageError({
    code: "rollout-failed",
    message: "The rollout of service web failed:\n  - exit code 3",
    hint: "Mend it.",
    ...changes,
  });
}

it("a good deployment: comment, deployment, summary and outputs, in six calls", async () => {
  const { publisher, messages, notices, summary, outputs } = await open(42);
  await publisher.begin();
  expect(fake.deployments.at(-1)?.statuses).toMatchObject([{ state: "in_progress", environmentUrl: "" }]);
  publisher.planned("+ Service hello-web-pr-42");
  await publisher.publish({ kind: "deployed", result });
  expect(fake.requests.length).toBeLessThanOrEqual(6);
  expect(messages).toEqual([]);
  expect(notices, "adoption C7: one click from the run's graph").toEqual([`pr-42: ${result.url ?? ""}`]);
  expect(fake.deployments.at(-1)).toMatchObject({
    ref: headCommit,
    task: "deploy:hello/pr-42",
    environment: "preview",
    transient: true,
    production: false,
    payload: { pr: 42, stack: "pr-42", run: 1001, attempt: 1 },
    statuses: [
      { state: "in_progress" },
      { state: "success", environmentUrl: result.url, autoInactive: false },
    ],
  });
  const [comment = ""] = fake.commentsOf(42);
  for (const part of ["is ready", result.url ?? "", headCommit, digest, "Expires", "+ Service hello-web"])
    expect(comment).toContain(part);
  expect(outputs()).toEqual({
    stack: "pr-42",
    url: result.url,
    "image-tag": "sha-0123456789ab",
    verdict: "succeeded",
  });
  for (const part of ["topic", "octocat", "web in the ECS console"]) expect(summary()).toContain(part);
});

it("a failed one: the comment tells why, the deployment has no URL, and everything is told", async () => {
  const { publisher, outputs } = await open(43);
  const diagnosis = {
    cause: "timeout",
    action: "Nothing was put back.",
    services: [
      { name: "web", stoppedTasks: [], log: ["boom | <b>"], healthChecks: [], events: ["(service web) ..."] },
    ],
  };
  await publisher.begin();
  const error = failure({ result: { ...result, verdict: "failed", diagnosis } });
  await publisher.publish({ kind: "failed", error });
  expect(fake.requests.length).toBeLessThanOrEqual(6);
  expect(fake.deployments.at(-1)?.statuses.at(-1)).toMatchObject({ state: "failure", environmentUrl: "" });
  const [comment = ""] = fake.commentsOf(43);
  for (const part of ["failed", "exit code 3", "Mend it", "boom | <b>"]) expect(comment).toContain(part);
  expect(outputs()).toMatchObject({ verdict: "failed", stack: "pr-43" });
});

it("the deployments of one preview end with it, those of another stay", async () => {
  for (const pr of [51, 52]) {
    const { publisher } = await open(pr);
    await publisher.begin();
    await publisher.publish({ kind: "deployed", result });
  }
  const { publisher } = await open(51, { run: 1002 });
  await publisher.publish({ kind: "destroyed", result: { result: "destroyed", deleted: 12 } });
  const last = (pr: number) =>
    fake.deployments.find(({ task }) => task === `deploy:hello/pr-${pr}`)?.statuses.at(-1)?.state;
  expect([last(51), last(52)]).toEqual(["inactive", "success"]);
  expect(fake.commentsOf(51)).toEqual([expect.stringContaining("is gone")]);
});

it("what was never there gets no comment about its end", async () => {
  const { publisher } = await open(61);
  await publisher.publish({ kind: "destroyed", result: { result: "absent", deleted: 0 } });
  expect(fake.commentsOf(61)).toEqual([]);
});

it("F5: what GitHub refuses or fails to answer is a warning, and the rest is published", async () => {
  fake.plan(/^POST .*\/deployments$/, {
    status: 403,
    body: { message: "Resource not accessible by integration" },
  });
  const { publisher, messages } = await open(71);
  await publisher.begin();
  await publisher.publish({ kind: "deployed", result });
  expect(messages).toEqual([expect.objectContaining({ kind: "warning" })]);
  expect(messages[0]?.text).toContain("Resource not accessible by integration");
  expect(fake.commentsOf(71)).toHaveLength(1);
});

it("no repository configured: it is said, and outputs and summary are written all the same", async () => {
  const { publisher, messages, outputs, summary } = await open(81, {}, { GITHUB_TOKEN: "" });
  await publisher.begin();
  await publisher.publish({ kind: "deployed", result });
  expect(messages).toEqual([
    expect.objectContaining({ text: expect.stringContaining("GITHUB_TOKEN") as string }),
  ]);
  expect(fake.requests).toEqual([]);
  expect(outputs()["verdict"]).toBe("succeeded");
  expect(summary()).toContain("pr-81");
});

it("F28: a secret of the environment is in none of it", async () => {
  const secret = "correct-horse_battery*staple";
  const { publisher, outputs, summary } = await open(91, {}, { PULUMI_CONFIG_PASSPHRASE: secret });
  const error = failure({
    message: `refused: ${secret}`,
    hint: secret,
    result: { url: `http://x/${secret}` },
  });
  await publisher.publish({ kind: "failed", error });
  const all = [fake.commentsOf(91).join(), JSON.stringify(outputs()), summary()].join();
  expect(all).toContain("***");
  expect(all).not.toMatch(/horse/);
});

it("rate limits: a secondary limit is waited for, and what fails for a moment is asked again", async () => {
  const limited = { message: "You have exceeded a secondary rate limit" };
  fake.plan(/^GET .*comments$/, { status: 403, body: limited, headers: { "retry-after": "2" } });
  fake.plan(/^GET .*comments$/, { status: 502 });
  const { publisher, messages } = await open(95, {}, {}, true);
  await publisher.publish({ kind: "deployed", result });
  expect(fake.commentsOf(95)).toHaveLength(1);
  expect(messages).toEqual([
    { kind: "warning", text: expect.stringContaining("secondary rate limit is reached") as string },
  ]);
});

it("rate limits: one that lasts is not waited for; it is said when it ends", async () => {
  const reset = String(Math.ceil(Date.now() / 1000) + 1_800);
  const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset };
  fake.plan(/^GET .*comments$/, { status: 403, body: { message: "API rate limit exceeded" }, headers });
  const { publisher, messages } = await open(96, {}, {}, true);
  await publisher.publish({ kind: "deployed", result });
  expect(fake.commentsOf(96)).toEqual([]);
  expect(messages.map(({ text }) => text)).toEqual([
    expect.stringContaining("too long to wait"),
    expect.stringContaining("rate limit is used up"),
  ]);
});
