import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import type { GitHubFake } from "../fakes/github/github.js";
import { finished, root, type Run } from "../harness/sandbox.js";
import type { Team } from "./team.js";

const standIns: Readonly<Record<string, string>> = {
  "actions/cache": "cache",
  "actions/checkout": "checkout",
  "actions/upload-artifact": "upload",
  "actions/download-artifact": "download",
};

interface Event {
  name: string;
  payload: Record<string, unknown>;
  /** What GitHub's variables hold. */
  variables?: Record<string, string>;
}

/** Runs one of the workflows that `init` has written, on this machine, with stand-ins for the actions of others. */
export async function act(
  program: string,
  team: Team,
  fake: GitHubFake,
  workflow: string,
  { name, payload, variables = {} }: Event,
): Promise<Run> {
  const folder = join(team.folder, "workflows");
  const used = forAct(join(team.repository, ".github/workflows"), folder);
  const eventPath = join(team.folder, "event.json");
  const branch = (await team.run("git", "rev-parse", "--abbrev-ref", "HEAD")).trim();
  const repository = { full_name: fake.repository, default_branch: branch };
  writeFileSync(eventPath, JSON.stringify({ repository, ...payload }));
  const { GITHUB_API_URL = "", GITHUB_REPOSITORY = "" } = fake.env;
  const known = { GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID: "1", TEST_ORIGIN: team.repository };
  const args = [
    name,
    ...["--workflows", join(folder, `${workflow}.yml`), "--eventpath", eventPath],
    ...["--directory", team.repository, "--platform", "ubuntu-latest=-self-hosted"],
    ...["--action-cache-path", join(team.folder, "act"), "--no-skip-checkout", "--no-cache-server"],
    ...["--actor", "octocat", "--secret", "GITHUB_TOKEN=test-token", "--defaultbranch", branch],
    ...[...used].flatMap((uses) => ["--local-repository", `${uses}=${standIn(uses)}`]),
    ...Object.entries(known).flatMap(([key, value]) => ["--env", `${key}=${value}`]),
    ...Object.entries(variables).flatMap(([key, value]) => ["--var", `${key}=${value}`]),
  ];
  return finished(spawn(program, args, { env: team.env, stdio: ["ignore", "pipe", "pipe"] }));
}

function standIn(uses: string): string {
  return join(root, "test/workflows/actions", standIns[uses.split("@")[0] ?? ""] ?? "nothing");
}

/** Copies the workflows without the two keys that act does not know; gives the actions that they use. */
function forAct(source: string, target: string): Set<string> {
  mkdirSync(target, { recursive: true });
  const used = new Set<string>();
  for (const file of readdirSync(source)) {
    const text = readFileSync(join(source, file), "utf8");
    for (const [, owner = "", ref = ""] of text.matchAll(/uses: ([\w-]+\/[\w-]+)[\w/-]*@(\S+)/g))
      used.add(`${owner}@${ref}`);
    const document = parseDocument(text);
    const { jobs } = document.toJS() as { jobs: Record<string, unknown> };
    for (const id of Object.keys(jobs)) {
      for (const path of [
        ["jobs", id, "environment", "deployment"],
        ["jobs", id, "concurrency", "queue"],
      ])
        if (document.hasIn(path)) document.deleteIn(path);
    }
    writeFileSync(join(target, file), document.toString());
  }
  return used;
}
