import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import type { GitHubFake } from "../fakes/github/github.js";
import { finished, type Run } from "../harness/sandbox.js";
import { standIns } from "../workflows/act.js";
import { dropUnknownKeys } from "../workflows/origin.js";
import type { Team } from "./team.js";

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
    ...standIns(used),
    ...Object.entries(known).flatMap(([key, value]) => ["--env", `${key}=${value}`]),
    ...Object.entries(variables).flatMap(([key, value]) => ["--var", `${key}=${value}`]),
  ];
  return finished(spawn(program, args, { env: team.env, stdio: ["ignore", "pipe", "pipe"] }));
}

/** Copies the workflows as act can read them; gives the actions that they use. */
function forAct(source: string, target: string): string[] {
  mkdirSync(target, { recursive: true });
  return readdirSync(source).flatMap((file) => {
    const text = readFileSync(join(source, file), "utf8");
    const document = parseDocument(text);
    dropUnknownKeys(document, Object.keys((document.toJS() as { jobs: object }).jobs));
    writeFileSync(join(target, file), document.toString());
    return [...text.matchAll(/uses: (\S+)/g)].map(([, uses = ""]) => uses);
  });
}
