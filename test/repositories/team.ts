import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { fetchAnswer } from "../../src/features/deploy/smoke/probe.js";
import { ownCache } from "../harness/own-cache.js";
import { goTool } from "../harness/go-tool.js";
import { pythonTool } from "../harness/python-tool.js";
import { finished, root, type Run } from "../harness/sandbox.js";
import type { Files } from "./samples.js";

const identity = {
  GIT_AUTHOR_NAME: "Octo Cat",
  GIT_AUTHOR_EMAIL: "octocat@example.com",
  GIT_COMMITTER_NAME: "Octo Cat",
  GIT_COMMITTER_EMAIL: "octocat@example.com",
};

/** One step of a journey, and how long it took (seconds). */
export interface Step {
  name: string;
  seconds: number;
}

/** A team with a repository of its own and a tarball of Moorage: nothing of this repository is in its reach. */
export class Team {
  readonly steps: Step[] = [];
  readonly folder = mkdtempSync(join(tmpdir(), "moorage-team-"));
  readonly repository = join(this.folder, "repository");
  readonly env: NodeJS.ProcessEnv;

  constructor(
    files: Files,
    private readonly options: { branch?: string; origin: string; path?: string; with?: Team },
  ) {
    const { HOME, PATH = "" } = process.env;
    this.env = {
      ...identity,
      HOME,
      XDG_CACHE_HOME: ownCache(this.folder),
      PATH: options.path === undefined ? PATH : `${options.path}:${PATH}`,
      // A team's repositories are on one AWS.
      MOORAGE_HOME: options.with?.env["MOORAGE_HOME"] ?? join(this.folder, "home"),
      MOORAGE_TARGET: "local",
      MOORAGE_LOCAL_OWNER: String(process.pid),
    };
    this.write({ ".gitignore": ".moorage/\n", ...files });
    onTestFinished(() => this.close(), 60_000);
  }

  /** Packs this repository's build and has the tarball write what the app in `place` needs; a first commit comes before. */
  async takeMoorage(place: string, ...options: string[]): Promise<void> {
    await this.run("git", "init", "--quiet", `--initial-branch=${this.options.branch ?? "main"}`);
    await this.run("git", "remote", "add", "origin", `https://github.com/${this.options.origin}.git`);
    await this.commit("The app");
    await this.unpack();
    await this.init(place, ...options);
  }

  /** The package as `npx` would have it. */
  async unpack(): Promise<void> {
    if (existsSync(this.packed)) return;
    await this.run("npm", "pack", root, "--ignore-scripts", "--silent", "--pack-destination", this.folder);
    await this.run("tar", "-xzf", join(this.folder, "moorage-0.1.0.tgz"), "-C", this.folder);
  }

  /** `init` by the unpacked tarball, in a folder of the repository. */
  async init(place: string, ...options: string[]): Promise<string> {
    return this.timed(`init ${place}`, () =>
      this.run(
        process.execPath,
        this.packed,
        "init",
        "--yes",
        "--cwd",
        join(this.repository, place),
        ...options,
      ),
    );
  }

  write(files: Files): void {
    for (const [path, text] of Object.entries(files)) {
      const file = join(this.repository, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  }

  read(path: string): string {
    return readFileSync(join(this.repository, path), "utf8");
  }

  /** Commits everything, and gives the tag of its images. */
  async commit(message: string): Promise<string> {
    await this.run("git", "add", "--all");
    await this.run("git", "commit", "--quiet", "--allow-empty", "--message", message);
    return `sha-${(await this.run("git", "rev-parse", "HEAD")).slice(0, 12)}`;
  }

  /** What others find in the workflows that `init` has written: nothing. */
  async lint(): Promise<void> {
    const [actionlint, zizmor] = await Promise.all([goTool("actionlint"), pythonTool("zizmor")]);
    if (actionlint.tool === undefined || zizmor.tool === undefined)
      throw new Error(`This machine cannot have ${actionlint.missing ?? zizmor.missing ?? ""}`);
    expect(await this.run(actionlint.tool, "-no-color")).toBe("");
    const { folder } = zizmor.tool;
    const options = ["--pedantic", "--offline", "--strict-collection", "--color", "never"];
    const python = `PYTHONPATH=${folder}`;
    const report = await this.run("env", python, join(folder, "bin/zizmor"), ...options, ".github/workflows");
    expect(report).toContain("No findings to report");
  }

  /** The vendored Moorage, as the workflows run it; the package itself before `init` has vendored it. */
  async moorage(...args: string[]): Promise<string> {
    const vendored = ".github/moorage/moorage.mjs";
    const program = existsSync(join(this.repository, vendored)) ? vendored : this.packed;
    return this.timed(
      args
        .filter((arg) => !arg.startsWith("-"))
        .slice(0, 3)
        .join(" "),
      () => this.run("node", program, ...args),
    );
  }

  async json<Value>(...args: string[]): Promise<Value> {
    return JSON.parse(await this.moorage(...args, "--json")) as Value;
  }

  /** The body of a page of a stack. */
  async answer(url: string, path = ""): Promise<string> {
    const { status, body } = await fetchAnswer(new URL(path, url).href, 10_000);
    expect(status, `${url}${path}: ${body}`).toBe(200);
    return body;
  }

  async run(command: string, ...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.attempt(command, ...args);
    expect(code, `${command} ${args.join(" ")}\n${stderr}\n${stdout}`).toBe(0);
    return stdout;
  }

  attempt(command: string, ...args: string[]): Promise<Run> {
    const { repository: cwd, env } = this;
    return finished(spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] }));
  }

  /** What the journey took, for whoever reads the run. */
  report(title: string): void {
    const lines = this.steps.map(({ name, seconds }) => `  ${seconds.toFixed(1).padStart(6)} s  ${name}`);
    process.stdout.write(`${[title, ...lines].join("\n")}\n`);
  }

  private get packed(): string {
    return join(this.folder, "package/bin/moorage.js");
  }

  private async timed<Value>(name: string, act: () => Promise<Value>): Promise<Value> {
    const startedAt = performance.now();
    const value = await act();
    this.steps.push({ name, seconds: (performance.now() - startedAt) / 1_000 });
    return value;
  }

  private async close(): Promise<void> {
    // By the package itself: what the repository has may be what the test broke.
    await this.attempt(process.execPath, this.packed, "local", "stop");
    rmSync(this.folder, { recursive: true, force: true });
  }
}
