import { writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { readRun } from "../../../src/adapters/github/event.js";
import { temporaryFolder } from "../../harness/folder.js";
import { GitHubFake } from "../../fakes/github/github.js";
import { headCommit, pullRequestPayload, runEnvironment, type FakeRun } from "../../harness/github-run.js";

const fake = await GitHubFake.open();
const read = (run: FakeRun) => readRun(runEnvironment(fake, temporaryFolder(), run));

it("outside a workflow there is no run", async () => {
  expect(await readRun({})).toBeUndefined();
});

it.each(["pull_request", "pull_request_target"])(
  "%s: the pull request, its head, labels and author",
  async (event) => {
    expect(
      await read({ event, payload: pullRequestPayload(42), run: 9, attempt: 2, ref: "refs/pull/42/merge" }),
    ).toMatchObject({
      event,
      action: "synchronize",
      repository: "acme/hello",
      defaultBranch: "main",
      actor: "octocat",
      ref: "refs/pull/42/merge",
      runId: 9,
      attempt: 2,
      runUrl: "https://github.com/acme/hello/actions/runs/9",
      pull: {
        number: 42,
        state: "open",
        headCommit,
        labels: ["deploy"],
        draft: false,
        fork: false,
        merged: false,
        author: "octocat",
      },
    });
  },
);

it.each([
  ["of another repository", { full_name: "stranger/hello" }],
  ["of a repository that is gone", null],
])("F27: a head %s is a fork's", async (_of, repo) => {
  const head = { ref: "topic", sha: headCommit, repo };
  const run = await read({ event: "pull_request_target", payload: pullRequestPayload(42, { head }) });
  expect(run?.pull?.fork).toBe(true);
});

it("release, push, dispatch, call and schedule tell what they have", async () => {
  const release = { tag_name: "v1.2.3", prerelease: false, draft: false };
  expect(await read({ event: "release", payload: { action: "published", release } })).toMatchObject({
    release: { tag: "v1.2.3", prerelease: false, draft: false },
  });
  expect(await read({ event: "push", payload: { forced: false } })).toMatchObject({ ref: "refs/heads/main" });
  const inputs = { environment: "prod", "dry-run": true, tag: null };
  expect(await read({ event: "workflow_dispatch", payload: { inputs } })).toMatchObject({
    inputs: { environment: "prod", "dry-run": "true" },
    pull: undefined,
  });
  expect((await read({ event: "schedule", payload: { schedule: "0 * * * *" } }))?.inputs).toEqual({});
});

it.each([
  ["no pull request", { event: "pull_request", payload: {} }],
  [
    "a number that is text",
    { event: "pull_request", payload: pullRequestPayload(1, { number: "1; rm -rf /" }) },
  ],
  [
    "a commit that is none",
    {
      event: "pull_request",
      payload: pullRequestPayload(1, { head: { ref: "x", sha: "$(id)", repo: null } }),
    },
  ],
  ["no release", { event: "release", payload: {} }],
])("F26: a payload with %s is refused", async (_what, run) => {
  await expect(read(run)).rejects.toMatchObject({ code: "github-event-invalid", exitCode: 2 });
});

it("a payload that cannot be read is refused", async () => {
  const folder = temporaryFolder();
  const env = runEnvironment(fake, folder, { event: "push", payload: {} });
  writeFileSync(env["GITHUB_EVENT_PATH"] ?? "", "{");
  await expect(readRun(env)).rejects.toMatchObject({ code: "github-event-invalid" });
});
