import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { GitHubFake } from "../fakes/github/github.js";
import { finished, root, type Run, type Sandbox } from "../harness/sandbox.js";
import { steps } from "./files.js";
import { type Installation, Origin, workflowsForAct } from "./origin.js";

/** Nothing is asked of a registry: there is nothing to install. */
const quietNpm = { npm_config_audit: "false", npm_config_fund: "false", npm_config_update_notifier: "false" };

export interface Event {
  event: string;
  payload: Record<string, unknown>;
  /** Only this environment of a matrix: the others wait for an approval, say. */
  environment?: string;
  /** Only this job and what it needs. */
  job?: string;
  /** What GitHub's variables hold. */
  variables?: Record<string, string>;
}

/** Runs the repository's workflows on this machine itself, against the local target and a GitHub on loopback. */
export class Act {
  readonly origin: Origin;
  private runs = 0;
  private readonly workflows: string;

  constructor(
    private readonly program: string,
    private readonly sandbox: Sandbox,
    private readonly fake: GitHubFake,
    installation: Installation = "vendor",
  ) {
    this.origin = new Origin(join(sandbox.folder, "origin"));
    this.workflows = join(sandbox.folder, "workflows");
    workflowsForAct(this.workflows, installation);
  }

  /** One run of one workflow. */
  run(workflow: string, { event, payload, environment, job, variables = {} }: Event): Promise<Run> {
    const run = String(++this.runs);
    const eventPath = join(this.sandbox.folder, `event-${run}.json`);
    const repository = { full_name: this.fake.repository, default_branch: "main" };
    writeFileSync(eventPath, JSON.stringify({ repository, ...payload }));
    const args = [
      event,
      ...["--workflows", join(this.workflows, `${workflow}.yml`), "--eventpath", eventPath],
      ...["--directory", this.origin.folder, "--platform", "ubuntu-latest=-self-hosted"],
      ...["--action-cache-path", join(this.sandbox.folder, "act"), "--no-skip-checkout", "--no-cache-server"],
      ...["--actor", "octocat", "--secret", "GITHUB_TOKEN=test-token", "--defaultbranch", "main"],
      ...standIns(steps().flatMap(({ step }) => step.uses ?? [])),
      ...Object.entries(this.environment(run)).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
      ...Object.entries(variables).flatMap(([name, value]) => ["--var", `${name}=${value}`]),
      ...(environment === undefined ? [] : ["--matrix", `environment:${environment}`]),
      ...(job === undefined ? [] : ["--job", job]),
    ];
    return finished(spawn(this.program, args, { env: this.sandbox.env, stdio: ["ignore", "pipe", "pipe"] }));
  }

  private environment(run: string): Record<string, string> {
    const { GITHUB_API_URL = "", GITHUB_REPOSITORY = "" } = this.fake.env;
    const known = {
      GITHUB_API_URL,
      GITHUB_REPOSITORY,
      GITHUB_RUN_ID: run,
      GITHUB_SERVER_URL: "https://github.com",
    };
    return { ...known, ...quietNpm, TEST_ORIGIN: this.origin.folder };
  }
}

const standInOf: Record<string, string> = {
  "actions/checkout": "checkout",
  "actions/upload-artifact": "upload",
  "actions/download-artifact": "download",
  "actions/cache": "cache",
};

/** act's options with which a folder of ours is used in place of each third-party action. */
export function standIns(used: readonly string[]): string[] {
  return [...new Set(used)].flatMap((uses) => {
    const [, repository = "", commit = ""] = /^([^/]+\/[^/@]+)[^@]*@(.*)$/.exec(uses) ?? [];
    const name = standInOf[repository] ?? "nothing";
    return ["--local-repository", `${repository}@${commit}=${join(root, "test/workflows/actions", name)}`];
  });
}
