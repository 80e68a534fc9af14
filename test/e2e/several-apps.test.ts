import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { fetchAnswer } from "../../src/features/deploy/smoke/probe.js";
import { writeApp } from "../harness/apps.js";
import { initGit } from "../harness/git.js";
import type { DeployJson } from "../harness/environment.js";
import { Sandbox } from "../harness/sandbox.js";

const timeout = 180_000;
const names = ["web", "web-admin"] as const;
type Name = (typeof names)[number];

let sandbox: Sandbox;
let commits: string[];

/** One repository on the branch trunk, with two apps whose names begin alike. */
beforeAll(async () => {
  sandbox = new Sandbox(import.meta.dirname);
  const git = initGit(sandbox.project);
  git.run("branch", "--move", "trunk");
  for (const name of names) writeProject(name);
  commits = ["one", "two"].map((message) => {
    git.run("add", ".");
    return git.commit(message);
  });
  for (const name of names) {
    git.run("tag", `${name}-v1.0.0`, commits[0] ?? "");
    git.run("tag", `${name}-v1.1.0`, commits[1] ?? "");
  }
  for (const name of names) for (const [at, commit] of commits.entries()) await image(name, at, commit);
}, timeout);
afterAll(() => sandbox.close(), timeout);

function writeProject(name: Name): void {
  const folder = join(sandbox.project, "apps", name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, "Pulumi.yaml"),
    `name: ${name}
runtime: nodejs
config:
  aws:region: us-east-1
  moorage:app: ${name}
  moorage:scope: ${name}
  moorage:main: { value: { branch: trunk } }
  moorage:paths: { value: ["apps/${name}/**"] }
  moorage:logGroupPrefix: /ecs/${name}
  moorage:triggers: { value: { main: dev, prerelease: [], release: [staging] } }
`,
  );
  for (const environment of ["dev", "staging"]) {
    writeFileSync(
      join(folder, `Pulumi.${environment}.yaml`),
      `config:
  moorage:registry: 111111111111.dkr.ecr.us-east-1.amazonaws.com
  moorage:foundation: foundation-${environment}
  moorage:host: ${environment}-${name}.localhost
  moorage:services:
    app: { repository: ${name}-${environment}, port: 8080, health: { interval: 5, timeout: 2, healthy: 2 } }
`,
    );
  }
}

async function image(name: Name, at: number, commit: string): Promise<void> {
  const tag = `sha-${commit.slice(0, 12)}`;
  const app = writeApp(join(sandbox.folder, name, String(at)), `response.end("${name} ${at}");`);
  const words = ["local", "image", app, "--repository", `${name}-dev`, "--tag", tag, "--revision", commit];
  await sandbox.json(...words, "--cwd", `apps/${name}`);
}

const inApp = <Value>(name: Name, ...words: string[]) =>
  sandbox.json<Value>(...words, "--cwd", `apps/${name}`);

/** A release as its workflow makes it: dev, then the same bytes under the release's tag in staging. */
async function release(name: Name, at: number, tag: string): Promise<void> {
  const commit = `sha-${(commits[at] ?? "").slice(0, 12)}`;
  await inApp(name, "deploy", "dev", "--tag", commit);
  await inApp(name, "promote", "--from", "dev", "--to", "staging", "--tag", tag, "--as", tag);
  expect((await inApp<DeployJson>(name, "deploy", "staging", "--tag", tag)).imageTag).toBe(tag);
}

async function running(name: Name): Promise<string> {
  const { url } = await inApp<{ url: string }>(name, "url", "staging");
  const [now] = await inApp<{ imageTag: string }[]>(name, "history", "staging");
  return `${(await fetchAnswer(url, 5_000)).body}, ${now?.imageTag ?? ""}`;
}

it(
  "adoption A4: two apps of one repository are deployed, released and rolled back without touching each other",
  { timeout },
  async () => {
    for (const name of names) await release(name, 0, `${name}-v1.0.0`);
    await release("web", 1, "web-v1.1.0");
    expect(await running("web")).toBe("web 1, web-v1.1.0");
    expect(await running("web-admin")).toBe("web-admin 0, web-admin-v1.0.0");
    const history = await inApp("web-admin", "history", "staging");
    await inApp("web", "rollback", "staging");
    expect(await running("web")).toBe("web 0, web-v1.0.0");
    expect(await inApp("web-admin", "history", "staging")).toEqual(history);
    expect(await running("web-admin")).toBe("web-admin 0, web-admin-v1.0.0");
  },
);

it("adoption A4: neither promotes or plans a release of the other", { timeout }, async () => {
  const words = ["promote", "--from", "dev", "--to", "staging", "--tag", "web-admin-v1.1.0", "--json"];
  const refused = await sandbox.moorage([...words, "--cwd", "apps/web"]);
  expect(refused.code).toBe(4);
  expect(refused.stdout).toContain("release-of-another-app");
  const plan = (name: Name) =>
    inApp<{ stops: unknown[] }>(name, "release", "plan", "--tag", "web-admin-v1.1.0");
  expect((await plan("web")).stops).toEqual([]);
  expect((await plan("web-admin")).stops).toMatchObject([{ environment: "staging", from: "dev" }]);
});
