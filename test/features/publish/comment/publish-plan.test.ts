import { expect, it } from "vitest";
import type { Invocation } from "../../../../src/core/command.js";
import { wantsComment } from "../../../../src/commands/options.js";
import { badRequest } from "../../../../src/core/errors.js";
import { openPlanComment, type PlanComment } from "../../../../src/features/publish/comment/publish-plan.js";
import { readSections } from "../../../../src/features/publish/comment/sections.js";
import { temporaryFolder } from "../../../harness/folder.js";
import { GitHubFake } from "../../../fakes/github/github.js";
import { type FakeRun, headCommit, pullRequestPayload, runEnvironment } from "../../../harness/github-run.js";

const fake = await GitHubFake.open();

function open(
  stack: string,
  given: Partial<FakeRun> & { pr?: string; env?: Record<string, string> } = {},
): Promise<PlanComment> {
  const { pr, env = {}, ...changes } = given;
  const run = { event: "pull_request", payload: pullRequestPayload(42), ...changes };
  const texts: string[] = [];
  const invocation: Invocation = {
    reporter: { notify: ({ text }) => void texts.push(text), close: () => undefined },
    cwd: "/",
    env: { ...runEnvironment(fake, temporaryFolder(), run), ...env },
    target: "local",
    backendUrl: undefined,
    json: false,
    signal: new AbortController().signal,
    print: () => undefined,
  };
  return openPlanComment(invocation, { project: "hello", stack, pr, pace: { secondMs: 1, spaced: false } });
}

const plan = (text: string) => ({
  text,
  refused: false,
  changes: true,
  version: { imageTag: "v1", deployedTag: "v1" },
});

it("each stack has its section of the one comment, edited in place; a failing plan is told there too", async () => {
  await (await open("dev")).planned(plan("dev with v1: 1 to create\n\nChanges:\n  + LogGroup logs\n"));
  await (
    await open("prod")
  ).failed(badRequest("config-invalid", "Pulumi.prod.yaml has 1 mistake", "Correct it."));
  await (await open("dev", { run: 1002 })).planned(plan("dev with v1: 2 to create\n"));
  const [body = "", ...rest] = fake.commentsOf(42);
  expect(rest).toEqual([]);
  expect(readSections(body).map(({ identity, run }) => [identity.stack, run.run])).toEqual([
    ["dev", 1002],
    ["prod", 1001],
  ]);
  for (const part of ["2 to create", headCommit, "Pulumi.prod.yaml has 1 mistake"])
    expect(body).toContain(part);
  expect(body).not.toContain("LogGroup");
});

it("F28: a secret of the environment is not in it", async () => {
  const secret = "correct-horse-battery-staple";
  const comment = await open("dev", {
    payload: pullRequestPayload(43),
    env: { PULUMI_CONFIG_PASSPHRASE: secret },
  });
  await comment.failed(badRequest("config-invalid", `wrong: ${secret}`, secret));
  expect(fake.commentsOf(43)).toEqual([expect.not.stringContaining("horse")]);
});

it("the pull request is the flag's where the event has none; without either it is asked for", async () => {
  const dispatched = { event: "workflow_dispatch", payload: {} };
  await expect(open("dev", dispatched)).rejects.toMatchObject({ code: "pr-missing" });
  await (await open("dev", { ...dispatched, pr: "44" })).planned(plan("dev: no changes"));
  expect(fake.commentsOf(44)).toHaveLength(1);
  await expect(open("dev", { pr: "prod" })).rejects.toMatchObject({ code: "not-a-preview" });
});

it("outside a run, or without a token, it is refused before anything is planned", async () => {
  await expect(open("dev", { env: { GITHUB_ACTIONS: "" } })).rejects.toMatchObject({
    code: "comment-without-run",
  });
  await expect(open("dev", { env: { GITHUB_TOKEN: "" } })).rejects.toMatchObject({
    code: "comment-without-token",
  });
});

it("--pr means a comment, so it wants --comment", () => {
  expect([wantsComment({}), wantsComment({ comment: true, pr: "42" })]).toEqual([false, true]);
  expect(() => wantsComment({ pr: "42" })).toThrow("there is no --comment");
});
