import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { fetchAnswer } from "../../src/features/deploy/smoke/probe.js";
import { fileRecords } from "../../src/adapters/record/file.js";
import { newRecord } from "../../src/adapters/record/record.js";
import type { Reconciled } from "../../src/features/previews/reconcile-result.js";
import type { Swept } from "../../src/features/previews/sweep-result.js";
import { eventually } from "../harness/eventually.js";
import { GitHubFake } from "../fakes/github/github.js";
import { putPull } from "../fakes/github/pulls.js";
import { outputsIn, pullRequestPayload, runEnvironment } from "../harness/github-run.js";
import type { ListedJson, StatusJson } from "../harness/preview.js";
import { root, type Run, Sandbox } from "../harness/sandbox.js";

const timeout = 180_000;
const fake = await GitHubFake.open();
const [first, second, unbuilt] = ["1", "2", "3"].map((digit) => digit.repeat(40)) as [string, string, string];
const tagOf = (commit: string) => `sha-${commit.slice(0, 12)}`;

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = new Sandbox();
  const hello = join(root, "examples/hello");
  for (const commit of [first, second]) {
    const named = ["--repository", "hello", "--tag", tagOf(commit), "--revision", commit];
    await sandbox.json("local", "image", hello, ...named);
  }
}, timeout);
afterAll(() => sandbox.close(), timeout);

let runs = 0;

interface Step extends Run {
  outputs: Record<string, string>;
}

/** A step of a new run. What its event says about the pull request is what was true long ago: nobody looks at it. */
async function step(pr: number, ...args: string[]): Promise<Step> {
  return stepOf(pr, "f".repeat(40), args);
}

/** One whose event names the head commit. */
async function stepOf(pr: number, sha: string, args: readonly string[]): Promise<Step> {
  const folder = join(sandbox.folder, `run-${String(++runs)}`);
  mkdirSync(folder);
  const payload = pullRequestPayload(pr, { head: { ref: "topic", sha, repo: null } });
  const env = runEnvironment(fake, folder, { event: "pull_request_target", payload, run: runs });
  const run = await sandbox.moorage([...args, "--json"], env);
  return { ...run, outputs: outputsIn(readFileSync(join(folder, "output"), "utf8")) };
}

async function reconcile(pr: number, ...more: string[]): Promise<Reconciled & { outputs: Step["outputs"] }> {
  const run = await step(pr, "preview", "reconcile", ...more);
  expect(run.code, run.stderr).toBe(0);
  return { ...run.json<Reconciled>(), outputs: run.outputs };
}

const sweep = async (...more: string[]) => {
  const run = await step(1, "preview", "sweep", ...more);
  expect(run.code, run.stderr).toBe(0);
  return run.json<Swept>();
};
const list = () => sandbox.json<ListedJson[]>("preview", "list");
const services = async () => (await sandbox.json<StatusJson>("local", "status")).services;

const matching = (pattern: RegExp) => expect.stringMatching(pattern) as string;

/** What Pulumi and Moorage know of a stack. */
function filesOf(stack: string): string[] {
  const files = readdirSync(sandbox.home, { recursive: true, encoding: "utf8" });
  const known = files.filter((file) => new RegExp(`/(stacks|\\.moorage)/.*\\b${stack}\\b[^/]*$`).test(file));
  return known.map((file) => join(sandbox.home, file));
}

/** What is known of a stack is lost, as with a bucket that somebody emptied. */
function forget(stack: string): void {
  const known = filesOf(stack);
  expect(known.length).toBeGreaterThan(1);
  for (const file of known) rmSync(file, { recursive: true });
}

/** Who finds a record of the last two seconds asks GitHub once more. */
async function isSettled(): Promise<boolean> {
  const found = await fileRecords(join(sandbox.home, "pulumi", ".moorage", "hello")).read("pr-42");
  return found === undefined || Date.now() - Date.parse(found.record.updatedAt) > 2_500;
}

/** A record of a preview that is there, as far as anybody knows. */
async function remember(...stacks: string[]): Promise<void> {
  const records = fileRecords(join(sandbox.home, "pulumi", ".moorage", "hello"));
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  for (const stack of stacks) {
    await records.write(
      { ...newRecord("hello", stack, new Date()), exists: true, status: "ready", expiresAt },
      0,
    );
  }
}

it("no label, no image: nothing happens, and it is said", { timeout }, async () => {
  putPull(fake, 42, { headCommit: unbuilt, labels: [] });
  expect(await reconcile(42)).toMatchObject({ action: "none", reason: matching(/no label "deploy"/) });
  putPull(fake, 42, { labels: ["deploy"] });
  expect(await reconcile(42)).toMatchObject({
    action: "waiting for its image",
    commit: unbuilt,
    outputs: { action: "waiting for its image", stack: "pr-42" },
  });
  expect(await list()).toEqual([]);
  expect(fake.comments).toEqual([]);
  expect(fake.deployments).toEqual([]);
});

it(
  "labelled: up with the head commit; pushed: the new one; seven calls to GitHub each",
  { timeout },
  async () => {
    for (const commit of [first, second]) {
      putPull(fake, 42, { headCommit: commit });
      await eventually("what was written is older than two clocks may be apart", isSettled);
      fake.requests.splice(0);
      const { action, outputs, ...rest } = await reconcile(42);
      expect({ action, rest }).toMatchObject({ action: "up", rest: { commit, pr: 42 } });
      // The seventh is the commit status, which a merge can require.
      expect(fake.requests.length).toBeLessThanOrEqual(7);
      expect(outputs).toMatchObject({ action: "up", "image-tag": tagOf(commit), verdict: "succeeded" });
      expect((await fetchAnswer(outputs["url"] ?? "", 5_000)).body).toContain(tagOf(commit));
      expect(fake.deployments.at(-1)).toMatchObject({ ref: commit });
      expect(fake.commentsOf(42)).toEqual([expect.stringContaining(commit)]);
    }
  },
);

it(
  "adoption B6: a run of the default branch's programs brings nothing up, and takes away what is not wanted",
  {
    timeout,
  },
  async () => {
    putPull(fake, 42, { headCommit: first });
    fake.requests.splice(0);
    const { outputs, ...left } = await reconcile(42, "--only-destroy");
    expect(left).toMatchObject({ action: "left as it is", commit: first });
    expect(outputs).toMatchObject({ action: "left as it is", stack: "pr-42" });
    expect(fake.requests.filter((request) => /^(POST|PATCH|PUT) \/repos/.test(request))).toEqual([]);
    putPull(fake, 42, { headCommit: second });
    expect(await list()).toMatchObject([{ pr: 42, imageTag: tagOf(second) }]);
    putPull(fake, 46, { headCommit: first });
    expect(await reconcile(46, "--only-destroy")).toMatchObject({ action: "left as it is" });
    await remember("pr-46");
    putPull(fake, 46, { state: "closed" });
    expect((await reconcile(46, "--only-destroy")).action).toMatch(/^(destroy|none)$/);
    expect(await list()).toMatchObject([{ pr: 42, imageTag: tagOf(second) }]);
  },
);

it("F29: a run whose event names an older commit overwrites nothing", { timeout }, async () => {
  const run = await stepOf(42, first, ["preview", "up"]);
  expect(run.code, run.stderr).toBe(0);
  expect(run.json()).toMatchObject({ verdict: "superseded", imageTag: tagOf(second) });
  expect(await list()).toMatchObject([{ pr: 42, imageTag: tagOf(second) }]);
});

it(
  "F9: closed while it is deployed: what was made is gone at the end, and the comment says so",
  { timeout },
  async () => {
    putPull(fake, 43, { headCommit: first });
    const before = fake.deployments.length;
    const running = reconcile(43);
    await eventually("the deployment begins", () => fake.deployments.length > before, 60_000);
    putPull(fake, 43, { state: "closed" });
    expect(await running).toMatchObject({ action: "destroy", reason: "pull request 43 is closed" });
    expect(await list()).toMatchObject([{ pr: 42 }]);
    expect(await services()).toHaveLength(1);
    expect(fake.commentsOf(43)).toEqual([expect.stringContaining("is gone")]);
    expect(fake.deployments.at(-1)?.statuses.at(-1)?.state).toBe("inactive");
    const again = await step(43, "preview", "up", "--tag", tagOf(first));
    expect(again.code).toBe(4);
    expect(again.json<{ error: { code: string } }>().error.code).toBe("preview-unwanted");
  },
);

it("F27: a fork's is refused with one comment, however often it is pushed to", { timeout }, async () => {
  putPull(fake, 44, { headRepository: "stranger/hello", headCommit: first });
  for (const command of ["reconcile", "up"]) {
    const run = await step(44, "preview", command);
    expect(run.code).toBe(4);
    expect(run.json<{ error: { code: string } }>().error.code).toBe("preview-refused");
  }
  expect(fake.commentsOf(44)).toEqual([expect.stringContaining("comes from a fork")]);
  expect(fake.deployments.every(({ payload }) => !JSON.stringify(payload).includes("pr-44"))).toBe(true);
});

it(
  "F12, F13: a sweep says what goes and why, then does it; what cannot be read stays",
  { timeout },
  async () => {
    putPull(fake, 45, { headCommit: first });
    expect((await reconcile(45)).action).toBe("up");
    for (const pr of [42, 45]) fake.unreadablePulls.set(pr, "FORBIDDEN");
    const blind = await step(1, "preview", "sweep");
    expect(blind.code).toBe(1);
    expect(blind.json()).toMatchObject({ kept: 2, error: { code: "sweep-blind" } });
    fake.unreadablePulls.delete(45);
    putPull(fake, 45, { state: "closed", merged: true });
    const planned = await sweep("--dry-run");
    expect(planned.previews).toMatchObject([
      { pr: 42, action: "keep", why: "unreadable" },
      { pr: 45, action: "destroy", why: "unwanted", reason: "pull request 45 is merged" },
    ]);
    expect(await services()).toHaveLength(2);
    forget("pr-45");
    expect(await sweep()).toMatchObject({
      destroyed: 1,
      kept: 1,
      failed: 0,
      previews: [{ pr: 42 }, { pr: 45, orphaned: true, result: "destroyed" }],
    });
    expect(await services()).toMatchObject([{ host: matching(/^pr-42\./) }]);
    expect(await list()).toMatchObject([{ pr: 42 }]);
  },
);

it("F13: one that fails keeps no other, and is named at the end, with exit code 1", { timeout }, async () => {
  fake.unreadablePulls.clear();
  fake.pulls.delete(42);
  putPull(fake, 47, { state: "closed" });
  await remember("pr-47");
  const [state = ""] = filesOf("pr-42").filter((file) => file.endsWith("/pr-42.json"));
  const whole = readFileSync(state);
  writeFileSync(state, "{");
  const run = await step(1, "preview", "sweep");
  expect(run.code).toBe(1);
  expect(run.json()).toMatchObject({
    destroyed: 1,
    failed: 1,
    previews: [
      { pr: 42, result: "failed" },
      { pr: 47, result: "absent" },
    ],
    error: { code: "sweep-incomplete", message: matching(/^Not destroyed: pr-42;/) },
  });
  writeFileSync(state, whole);
  expect(await sweep()).toMatchObject({ destroyed: 1, previews: [{ pr: 42, why: "missing" }] });
  expect(await services()).toEqual([]);
});

it("a sweep's plan for 1,000 previews: from records alone, ten calls to GitHub", { timeout }, async () => {
  const numbers = Array.from({ length: 1_000 }, (_, index) => 1_001 + index);
  for (const pr of numbers) putPull(fake, pr, { state: pr % 10 === 0 ? "closed" : "open" });
  await remember(...numbers.map((pr) => `pr-${String(pr)}`));
  fake.requests.splice(0);
  const { previews } = await sweep("--dry-run");
  expect(previews.filter(({ action }) => action === "destroy")).toHaveLength(100);
  expect(previews).toHaveLength(1_000);
  expect(fake.requests).toEqual(Array(10).fill("POST /graphql"));
});
