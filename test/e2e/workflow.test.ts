import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { GitHubFake } from "../fakes/github/github.js";
import { putPull } from "../fakes/github/pulls.js";
import { headCommit, outputsIn, pullRequestPayload, runEnvironment } from "../harness/github-run.js";
import type { DestroyJson, UpJson } from "../harness/preview.js";
import { commandsIn } from "../harness/runner.js";
import { root, Sandbox } from "../harness/sandbox.js";

const timeout = 120_000;
const tag = `sha-${headCommit.slice(0, 12)}`;
const fake = await GitHubFake.open();

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = new Sandbox();
  const named = ["--repository", "hello", "--tag", tag, "--revision", headCommit];
  await sandbox.json("local", "image", join(root, "examples/hello"), ...named);
}, timeout);
afterAll(() => sandbox.close(), timeout);

/** A step of a workflow run about pull request 42, which is what the event says that it is. */
function step(
  run: number,
  changes: Record<string, unknown> = {},
): { folder: string; env: Record<string, string> } {
  const folder = join(sandbox.folder, `run-${run}`);
  mkdirSync(folder);
  const { head, state } = changes as { head?: { sha: string }; state?: "closed" };
  putPull(fake, 42, { headCommit: head?.sha ?? headCommit, state: state ?? "open" });
  const payload = pullRequestPayload(42, changes);
  return { folder, env: runEnvironment(fake, folder, { event: "pull_request", payload, run }) };
}

it(
  "a preview in a workflow: PR and commit from the event, told everywhere, with six calls",
  { timeout },
  async () => {
    const { folder, env } = step(1);
    const run = await sandbox.moorage(["preview", "up", "--json"], env);
    expect(run.code, run.stderr).toBe(0);
    const { url, pr, imageTag } = run.json<UpJson>();
    expect({ pr, imageTag }).toEqual({ pr: 42, imageTag: tag });
    expect(fake.requests.length).toBeLessThanOrEqual(6);
    expect(fake.commentsOf(42)).toEqual([expect.stringContaining(url)]);
    expect(fake.commentsOf(42)[0]).toMatch(/```diff\n[\s\S]*\+ Service web[\s\S]*```/);
    expect(fake.deployments).toMatchObject([
      { ref: headCommit, statuses: [{ state: "in_progress" }, { state: "success", environmentUrl: url }] },
    ]);
    expect(outputsIn(readFileSync(join(folder, "output"), "utf8"))).toEqual({
      stack: "pr-42",
      url,
      "image-tag": tag,
      verdict: "succeeded",
    });
    expect(readFileSync(join(folder, "summary"), "utf8")).toContain(url);
    const groups = commandsIn(run.stderr).filter(({ name }) => name === "group");
    expect(groups.map(({ message }) => message)).toContain("Creating pr-42");
  },
);

it("one that is refused: the comment, the outputs and an annotation say why", { timeout }, async () => {
  const head = { ref: "topic", sha: "f".repeat(40), repo: { full_name: "acme/hello" } };
  const { folder, env } = step(2, { head });
  const run = await sandbox.moorage(["preview", "up"], env);
  expect(run.code).toBe(2);
  expect(fake.commentsOf(42)).toEqual([expect.stringContaining("sha-ffffffffffff")]);
  expect(fake.deployments.at(-1)?.statuses.at(-1)).toMatchObject({ state: "failure", environmentUrl: "" });
  expect(outputsIn(readFileSync(join(folder, "output"), "utf8"))).toMatchObject({ verdict: "failed" });
  expect(commandsIn(run.stderr).filter(({ name }) => name === "error")).toHaveLength(1);
});

it("its end: deployments inactive, the comment says that it is gone", { timeout }, async () => {
  const { env } = step(3, { state: "closed" });
  const run = await sandbox.moorage(["preview", "destroy", "--json"], env);
  expect(run.code, run.stderr).toBe(0);
  expect(run.json<DestroyJson>()).toMatchObject({ pr: 42, result: "destroyed" });
  expect(fake.commentsOf(42)).toEqual([expect.stringContaining("is gone")]);
  expect(fake.deployments.map(({ statuses }) => statuses.at(-1)?.state)).toEqual(["inactive", "inactive"]);
});

it("outside a workflow the pull request must be named", { timeout }, async () => {
  const run = await sandbox.moorage(["preview", "up", "--tag", tag, "--json"]);
  expect(run.code).toBe(2);
  expect(run.json<{ error: { code: string } }>().error.code).toBe("pr-missing");
});

it("a mistake in the configuration is annotated at its line", { timeout }, async () => {
  const broken = new Sandbox(join(root, "test/e2e/fixtures/broken"));
  try {
    const { env } = step(4);
    const run = await broken.moorage(["preview", "up"], { ...env, GITHUB_WORKSPACE: broken.folder });
    expect(run.code).toBe(2);
    const errors = commandsIn(run.stderr).filter(({ name }) => name === "error");
    expect(errors).toMatchObject([{ properties: { file: "project/Pulumi.dev.yaml", line: "5" } }]);
  } finally {
    await broken.close();
  }
});
