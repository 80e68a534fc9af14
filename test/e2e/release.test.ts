import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { runProcess } from "../../src/adapters/engine/process.js";
import { moorageVersion } from "../../src/core/version.js";
import { temporaryFolder } from "../harness/folder.js";
import { root } from "../harness/sandbox.js";

const timeout = 180_000;

/** A release of this checkout, and its tag in a bare repository. */
async function released() {
  const folder = temporaryFolder();
  const bare = join(folder, "moorage.git");
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", `--git-dir=${bare}`, ...args], {
      encoding: "utf8",
    }).trim();
  git("init", "--quiet", "--bare", "--initial-branch", "main");
  const source = git("commit-tree", git("hash-object", "-w", "-t", "tree", "/dev/null"), "-m", "The source");
  git("update-ref", "refs/heads/main", source);
  const { PATH, HOME } = process.env;
  const env = {
    ...{ PATH, HOME },
    npm_config_cache: join(folder, "npm-cache"),
    npm_config_offline: "true",
    npm_config_update_notifier: "false",
    npm_config_audit: "false",
    npm_config_fund: "false",
    ...{ GIT_AUTHOR_NAME: "a", GIT_AUTHOR_EMAIL: "a@b", GIT_COMMITTER_NAME: "a", GIT_COMMITTER_EMAIL: "a@b" },
    RELEASE_GIT_DIR: bare,
  };
  const run = async (cwd: string, command: string, ...args: string[]) => {
    mkdirSync(cwd, { recursive: true });
    const ended = await runProcess(command, args, { cwd, env, graceMs: 0 });
    expect(ended.code, `${command} ${args.join(" ")}\n${ended.stderr}\n${ended.stdout}`).toBe(0);
    return ended;
  };
  const out = join(folder, "out");
  const { stdout } = await run(
    root,
    process.execPath,
    "--import",
    "tsx",
    "tools/release/release.ts",
    out,
    "--tag",
  );
  return { folder, bare, git, run, out, source, commit: stdout.trim() };
}

it(
  "adoption A1: a release is installed from its tarball (as a dev dependency, globally, by npx) and from git at its tag, with nothing built",
  { timeout },
  async () => {
    const { folder, bare, git, run, out, source, commit } = await released();
    const version = moorageVersion();
    const name = `moorage-${version}.tgz`;
    const tarball = join(out, name);
    const sums = readFileSync(join(out, "SHA256SUMS"), "utf8");
    expect(sums).toContain(`${createHash("sha256").update(readFileSync(tarball)).digest("hex")}  ${name}\n`);
    expect(git("rev-parse", `v${version}^{commit}`)).toBe(commit);
    expect(git("rev-parse", `${commit}^`)).toBe(source);
    const manifest = JSON.parse(git("show", `${commit}:package.json`)) as Record<string, unknown>;
    for (const key of ["scripts", "devDependencies", "dependencies", "workspaces"])
      expect(manifest[key], key).toBeUndefined();

    const shown = async (cwd: string, ...command: [string, ...string[]]) =>
      (await run(cwd, ...command, "--version")).stdout.trim();
    const install = async (place: string, ...args: string[]) => {
      const cwd = join(folder, place);
      mkdirSync(cwd, { recursive: true });
      writeFileSync(join(cwd, "package.json"), '{ "private": true }');
      const { stderr } = await run(cwd, "npm", "install", ...args);
      expect(stderr).not.toMatch(/warn/i);
      return cwd;
    };
    const dev = await install("dev", "--save-dev", tarball);
    expect(await shown(dev, "npx", "--no", "--", "moorage")).toBe(version);
    const fromGit = await install("git", "--save-dev", `git+file://${bare}#v${version}`);
    expect(await shown(fromGit, "npx", "--no", "--", "moorage")).toBe(version);
    const lock = JSON.parse(readFileSync(join(fromGit, "package-lock.json"), "utf8")) as {
      packages: Record<string, { resolved?: string }>;
    };
    expect(Object.keys(lock.packages)).toEqual(["", "node_modules/moorage"]);
    expect(lock.packages["node_modules/moorage"]?.resolved).toContain(commit);
    const prefix = join(folder, "global");
    await run(folder, "npm", "install", "--global", "--prefix", prefix, tarball);
    expect(await shown(folder, join(prefix, "bin/moorage"))).toBe(version);
    expect(await shown(folder, "npx", "--yes", "--package", tarball, "moorage")).toBe(version);
  },
);
