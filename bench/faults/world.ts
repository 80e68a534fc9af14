import type { ChildProcess } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeApp } from "../../test/harness/apps.js";
import { killWithEngine } from "../../test/harness/kill.js";
import { finished, root, type Run, Sandbox } from "../../test/harness/sandbox.js";
import { GitHubFake } from "../../test/fakes/github/github.js";
import { putPull } from "../../test/fakes/github/pulls.js";
import { openStateStore, type StateStore } from "../../test/fakes/state-store.js";
import { pythonTool } from "../../test/harness/python-tool.js";
import { BucketProxy } from "./bucket-proxy.js";
import { inventory, type Inventory } from "./inventory.js";

export const pr = "42";
export const clock = fileURLToPath(new URL("./clock.mjs", import.meta.url));

/** After this a command that nobody disturbs any more is called hanging, in milliseconds. */
const hangingAfterMs = 120_000;

/** A row of `status --json`, as far as it is used here. */
export interface StatusRow {
  stack: string;
  imageTag: string | null;
  drift: string[];
  status: string;
  problem: string | null;
}

export interface Ended extends Run {
  /** It had to be killed by the campaign. */
  hung: boolean;
  ms: number;
}

export type Kind = "environments in files" | "environments in S3" | "foundation";

/** A project, a local target and, in S3's case, a bucket behind a proxy; used for one schedule after another. */
export class World {
  readonly sandbox: Sandbox;
  /** How long each command took undisturbed, in milliseconds. */
  readonly usual = new Map<string, number>();
  /** What stands on the target before anything is deployed. */
  base: Inventory = [];
  /** What each stack adds to it. */
  readonly names = new Map<string, Inventory>();
  credentials: NodeJS.ProcessEnv = {};
  private store: StateStore | undefined;
  private github: GitHubFake | undefined;
  proxy: BucketProxy | undefined;
  /** What `status` said last; undefined once a command may have changed it. */
  private rows: StatusRow[] | undefined;
  /** Whether the foundation stands, after all that has been played. */
  foundation: "standing" | "absent" = "absent";
  private balancerPort: string | undefined;
  private readonly running = new Set<ChildProcess>();
  private interrupted = false;
  private faulty = false;
  private backend: string[] = [];
  private releases = 0;

  /** `cli` is the installed clone whose commands are tried, with the configuration that it comes with. */
  constructor(cli: string = root) {
    this.sandbox = new Sandbox(cli, cli);
  }

  async prepare(kind: Kind): Promise<void> {
    if (kind === "environments in S3") await this.openBucket();
    // A rollout that never ends is called one after 40 s, not after ten minutes.
    for (const name of ["dev", "staging", "prod"]) {
      const file = join(this.sandbox.project, `Pulumi.${name}.yaml`);
      const smoke = '  moorage:smoke: { path: /, timeout: 10s, headers: { x-version: "{imageTag}" } }\n';
      const yaml = readFileSync(file, "utf8").replace(/timeout: 10m/, "timeout: 40s");
      writeFileSync(file, yaml.replace(/( {2}moorage:smoke:.*\n)|$/, smoke));
    }
    const exports = (await this.must("local", "env")).json<Record<string, string>>();
    const { AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION } = exports;
    this.credentials = { AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION };
    // A repository that a push made would stand in a foundation's way.
    if (kind !== "foundation") for (const tag of ["v1", "v2"]) await this.push(tag);
    this.base = await this.inventory();
  }

  private async push(tag: string): Promise<void> {
    const handler = 'response.setHeader("x-version", process.env.MOORAGE_IMAGE_TAG); response.end("good");';
    const folder = writeApp(join(this.sandbox.folder, "apps", tag), `/* ${tag} */ ${handler}`);
    await this.must("local", "image", folder, "--repository", "hello", "--tag", tag);
  }

  private async openBucket(): Promise<void> {
    const found = await pythonTool("ministack");
    if (found.missing !== undefined) throw new Error(`no S3 to be had: ${found.missing}`);
    this.store = await openStateStore(found.tool);
    this.proxy = await BucketProxy.open(this.store.endpoint);
    const url = await this.store.makeBucket("state", this.proxy.endpoint);
    this.backend = ["--backend-url", `${url}&awssdk=v2`];
  }

  /** A version that no release has had yet. */
  nextVersion(): string {
    return `v1.0.${++this.releases}`;
  }

  start(args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
    if (this.interrupted) throw new Error("the campaign was interrupted");
    const bucket = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test", AWS_REGION: "us-east-1" };
    if (args[0] !== "status" && args[0] !== "local") this.rows = undefined;
    const needed = this.backend.length > 0 && !args[0]?.startsWith("local");
    const child = this.sandbox.start([...args, ...(needed ? this.backend : []), "--json"], {
      ...(needed ? bucket : {}),
      ...env,
    });
    this.running.add(child);
    child.on("exit", () => this.running.delete(child));
    return child;
  }

  /** Runs a command to its end; one that hangs is killed, and says so. */
  async run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
    return this.ended(this.start(args, env));
  }

  async ended(child: ChildProcess): Promise<Ended> {
    const startedAt = performance.now();
    let hung = false;
    const timer = setTimeout(() => {
      hung = true;
      child.kill("SIGKILL");
    }, hangingAfterMs);
    const run = await finished(child);
    clearTimeout(timer);
    return { ...run, hung, ms: performance.now() - startedAt };
  }

  /** A command of the preparation: it must succeed. */
  async must(...args: string[]): Promise<Ended> {
    const run = await this.run(args);
    if (run.code !== 0) throw new Error(`moorage ${args.join(" ")} exited with ${run.code}: ${run.stderr}`);
    return run;
  }

  inventory(): Promise<Inventory> {
    return inventory(this.credentials);
  }

  async fault(...args: string[]): Promise<void> {
    this.faulty = true;
    await this.must("local", "fault", ...args);
  }

  /** `status`, asked for once after each change. */
  async status(): Promise<StatusRow[]> {
    this.rows ??= (await this.must("status")).json<StatusRow[]>();
    return this.rows;
  }

  /** Which version answers for a host of the local load balancer; what else it says where none does. */
  async version(stack: string): Promise<string> {
    this.balancerPort ??= new URL((await this.must("local", "status")).json<{ url: string }>().url).port;
    const port = this.balancerPort;
    return new Promise((resolve) => {
      const headers = { host: `${stack}.localhost` };
      const asked = request({ host: "127.0.0.1", port, headers, timeout: 5_000 }, (answer) => {
        answer.resume();
        const version = answer.headers["x-version"];
        resolve(answer.statusCode === 200 && version ? String(version) : `status ${answer.statusCode}`);
      });
      asked.on("timeout", () => asked.destroy(new Error("no answer within 5 s")));
      asked.on("error", (error) => resolve(error.message));
      asked.end();
    });
  }

  /** The environment of a sweep: a GitHub on which the pull request is closed. */
  async closedPull(): Promise<Record<string, string>> {
    this.github ??= await GitHubFake.start();
    putPull(this.github, Number(pr), { state: "closed" });
    return this.github.env;
  }

  /** Whatever the schedule did to the target and to the bucket ends. */
  async calm(): Promise<void> {
    this.proxy?.set("open");
    if (!this.faulty) return;
    await this.run(["local", "start"]);
    await this.must("local", "fault", "--clear");
    this.faulty = false;
  }

  /** Kills what runs in it; nothing more is started. */
  interrupt(): void {
    this.interrupted = true;
    for (const { pid } of this.running) if (pid !== undefined) killWithEngine(pid);
  }

  async close(): Promise<void> {
    const isCut = this.interrupted;
    this.interrupt();
    // A command that was killed may have started a daemon that does not answer yet: the next one waits for it.
    if (isCut) await this.sandbox.moorage(["local", "start"]);
    await this.sandbox.close();
    this.github?.close();
    this.proxy?.close();
    await this.store?.close();
  }
}
