import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { DraftResult } from "../../src/features/releases/draft/draft.js";
import { readSections } from "../../src/features/publish/comment/sections.js";
import { type DeployJson, DevStage } from "../harness/environment.js";
import { GitHubFake } from "../fakes/github/github.js";
import { releasesOf } from "../fakes/github/releases.js";
import {
  type FakeRun,
  mergeCommit,
  outputsIn,
  pullRequestPayload,
  runEnvironment,
} from "../harness/github-run.js";
import { commandsIn } from "../harness/runner.js";

const timeout = 120_000;
const tag = `sha-${mergeCommit.slice(0, 12)}`;
const fake = await GitHubFake.open();

let stage: DevStage;
beforeAll(async () => {
  stage = new DevStage();
  await stage.image(tag, "good", {}, mergeCommit);
}, timeout);
afterAll(() => stage.close(), timeout);

/** A step of a workflow's run. */
function step(given: Partial<FakeRun> & { run: number }): { folder: string; env: Record<string, string> } {
  const folder = join(stage.sandbox.folder, `run-${given.run}`);
  mkdirSync(folder);
  return { folder, env: runEnvironment(fake, folder, { event: "push", payload: {}, ...given }) };
}

/** Keeps a secret in the configuration of a stack that is not there yet. */
async function setSecret(key: string, value: string): Promise<void> {
  const exports = await stage.json<NodeJS.ProcessEnv>(["local", "env"]);
  const options = { cwd: stage.sandbox.project, env: { ...stage.sandbox.env, ...exports } };
  const pulumi = (...words: string[]) => promisify(execFile)("pulumi", words, options);
  await pulumi("stack", "init", "dev");
  await pulumi("config", "set", "--stack", "dev", "--secret", key, value);
}

it(
  "F28: an environment's deployment in a run: told everywhere, and what the configuration keeps secret is masked first",
  { timeout },
  async () => {
    await setSecret("hello:key", "first-s3cret\nsecond-s3cret");
    const { folder, env } = step({ run: 1 });
    const run = await stage.sandbox.moorage(["deploy", "dev", "--tag", tag, "--json"], env);
    expect(run.code, run.stderr).toBe(0);
    const { url } = run.json<DeployJson>();
    expect(fake.requests.length).toBeLessThanOrEqual(6);
    expect(fake.deployments).toMatchObject([
      {
        ref: mergeCommit,
        environment: "dev",
        statuses: [{ state: "in_progress" }, { state: "success", environmentUrl: url }],
      },
    ]);
    expect(outputsIn(readFileSync(join(folder, "output"), "utf8"))).toEqual({
      stack: "dev",
      url,
      "image-tag": tag,
      verdict: "succeeded",
    });
    const summary = readFileSync(join(folder, "summary"), "utf8");
    for (const part of [url, "to create", "octocat", "refs/heads/main"]) expect(summary).toContain(part);
    const masks = commandsIn(run.stderr).filter(({ name }) => name === "add-mask");
    expect(masks.map(({ message }) => message)).toEqual(
      expect.arrayContaining(["first-s3cret", "second-s3cret"]),
    );
    const shown = run.stderr.split("\n").filter((line) => !line.startsWith("::add-mask::"));
    expect(shown.join("\n") + run.stdout + summary).not.toContain("s3cret");
  },
);

it("the release of what dev runs is drafted, on its whole commit", { timeout }, async () => {
  releasesOf(fake).refs.set(mergeCommit.slice(0, 12), mergeCommit);
  const { folder, env } = step({ run: 2 });
  const run = await stage.sandbox.moorage(["release", "draft", "--bump", "minor", "--json"], env);
  expect(run.code, run.stderr).toBe(0);
  expect(run.json<DraftResult>()).toMatchObject({ environment: "dev", tag: "v0.1.0", result: "created" });
  expect(releasesOf(fake).drafts).toMatchObject([{ tag: "v0.1.0", target: mergeCommit }]);
  const outputs = outputsIn(readFileSync(join(folder, "output"), "utf8"));
  expect(outputs).toMatchObject({ "release-tag": "v0.1.0", verdict: "created" });
});

it("a pull request's plan is put into its comment, one that fails too", { timeout }, async () => {
  const file = join(stage.sandbox.project, "Pulumi.dev.yaml");
  const yaml = readFileSync(file, "utf8");
  const planOf = async (run: number, words: string[] = []) => {
    const { env } = step({ run, event: "pull_request", payload: pullRequestPayload(42) });
    const { code } = await stage.sandbox.moorage(["diff", "dev", "--comment", ...words], env);
    const [body = "", ...more] = fake.commentsOf(42);
    expect(more).toEqual([]);
    expect(readSections(body).map(({ identity }) => identity)).toEqual([
      { project: "hello", stack: "dev", about: "plan" },
    ]);
    return { code, body };
  };
  expect(await planOf(11)).toMatchObject({
    code: 0,
    body: expect.stringContaining("`dev` would not change") as string,
  });
  writeFileSync(file, yaml.replace("LOG_LEVEL: debug", "LOG_LEVEL: info"));
  const changed = await planOf(12);
  for (const part of ["`dev` would change", `Against \`${tag}\``, "env LOG_LEVEL: debug -> info"])
    expect(changed.body).toContain(part);
  expect(await planOf(13, ["--tag", "no-such-tag"])).toMatchObject({
    code: 2,
    body: expect.stringMatching(/could not be planned[\s\S]*no-such-tag/) as string,
  });
});
