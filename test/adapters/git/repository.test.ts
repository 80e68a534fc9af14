import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { gitEnvironment, repositoryVariables } from "../../../src/adapters/git/git.js";
import { mainBranch } from "../../../src/adapters/git/main-branch.js";
import { readProject } from "../../../src/core/project/project.js";
import { openSource, type SourceRepository } from "../../../src/adapters/git/repository.js";
import { temporaryFolder } from "../../harness/folder.js";
import { initGit } from "../../harness/git.js";

async function open(folder: string): Promise<SourceRepository> {
  const source = await openSource(folder);
  if (source === undefined) throw new Error("no repository");
  return source;
}

describe("the app's git repository", () => {
  it("is undefined where there is none", async () => {
    expect(await openSource(temporaryFolder())).toBeUndefined();
  });

  it("knows HEAD, its time, and what differs from it", async () => {
    const folder = temporaryFolder();
    const git = initGit(folder);
    const source = await open(folder);
    expect(await source.head()).toBeUndefined();
    const commit = git.commit("one");
    expect(await source.head()).toBe(commit);
    expect((await source.madeAt(commit)).getTime()).toBeGreaterThan(Date.now() - 60_000);
    expect(await source.isDirty()).toBe(false);
    mkdirSync(join(folder, ".moorage"));
    writeFileSync(join(folder, ".moorage", "home.json"), "{}");
    expect(await source.isDirty()).toBe(false);
    writeFileSync(join(folder, "new"), "");
    expect(await source.isDirty()).toBe(true);
  });

  it("finds the commits of tags, annotated ones too, and of abbreviations", async () => {
    const folder = temporaryFolder();
    const git = initGit(folder);
    const commit = git.commit("one");
    git.run("tag", "v1.0.0");
    git.run("tag", "--annotate", "--message", "x", "v1.0.1");
    git.run("branch", "v2.0.0");
    const source = await open(folder);
    expect(await source.commitOfTag("v1.0.0")).toBe(commit);
    expect(await source.commitOfTag("v1.0.1")).toBe(commit);
    expect(await source.commitOfTag("v2.0.0")).toBeUndefined();
    expect(await source.findCommit(commit.slice(0, 12))).toBe(commit);
    expect(await source.findCommit("0".repeat(40))).toBeUndefined();
  });

  it("tells what is on main: the remote's, else the local one", async () => {
    const folder = temporaryFolder();
    const git = initGit(folder);
    const first = git.commit("one");
    git.run("switch", "--quiet", "--create", "feature");
    const side = git.commit("two");
    const source = await open(folder);
    expect(await source.isOnMain(first)).toEqual({ branch: "refs/heads/main", holds: true });
    expect(await source.isOnMain(side)).toEqual({ branch: "refs/heads/main", holds: false });
    git.run("update-ref", "refs/remotes/origin/main", side);
    expect(await source.isOnMain(side)).toEqual({ branch: "refs/remotes/origin/main", holds: true });
    expect(await source.isAncestor(first, side)).toBe(true);
    expect(await source.isAncestor(side, first)).toBe(false);
    expect(await source.isAncestor("0".repeat(40), first)).toBe(false);
  });

  it("knows of no main where there is none", async () => {
    const folder = temporaryFolder();
    const git = initGit(folder);
    git.run("switch", "--quiet", "--create", "trunk");
    expect(await (await open(folder)).isOnMain(git.commit("one"))).toBeUndefined();
  });

  it("knows that history was cut off", async () => {
    const [folder, clone] = [temporaryFolder(), temporaryFolder()];
    const git = initGit(folder);
    git.commit("one");
    git.commit("two");
    expect(await (await open(folder)).isShallow()).toBe(false);
    execFileSync("git", ["clone", "--quiet", "--depth=1", `file://${folder}`, clone], { stdio: "pipe" });
    expect(await (await open(clone)).isShallow()).toBe(true);
  });

  it.each([
    "a..b",
    "-x",
    "v1.0.0@{1}",
    "v1;touch pwned",
    "$(touch pwned)",
    "../heads/main",
    "main^{tree}",
    "",
  ])("F26: takes no harm from the name %j", async (name) => {
    const folder = temporaryFolder();
    const git = initGit(folder);
    git.commit("one");
    git.run("tag", "v1.0.0");
    const source = await open(folder);
    expect(await source.commitOfTag(name)).toBeUndefined();
    expect(await source.findCommit(name)).toBeUndefined();
    expect(git.run("status", "--porcelain")).toBe("");
  });
});

describe("bug 20: the branch that counts as main", () => {
  /** A checkout as actions/checkout makes it: all heads of the remote, and no origin/HEAD. */
  function checkout(...branches: string[]): { folder: string; commits: Record<string, string> } {
    const folder = temporaryFolder();
    const git = initGit(folder);
    git.run("switch", "--quiet", "--create", "work");
    const commits = branches.map((branch) => {
      const commit = git.commit(branch);
      git.run("update-ref", `refs/remotes/origin/${branch}`, commit);
      return [branch, commit];
    });
    return { folder, commits: Object.fromEntries(commits) as Record<string, string> };
  }

  it("is the one that is named, and a main beside it never wins", async () => {
    const { folder, commits } = checkout("main", "master");
    const source = await openSource(folder, "master");
    const onMaster = { branch: "refs/remotes/origin/master", holds: true };
    expect(await source?.isOnMain(commits["master"] ?? "")).toEqual(onMaster);
    const trunk = await openSource(folder, "trunk");
    expect(await trunk?.isOnMain(commits["master"] ?? "")).toBeUndefined();
  });

  it("is the remote's default, or the only one of the usual names; of two nobody can tell", async () => {
    const alone = checkout("master");
    expect(await (await open(alone.folder)).isOnMain(alone.commits["master"] ?? "")).toMatchObject({
      holds: true,
    });
    const both = checkout("main", "master");
    const source = await open(both.folder);
    expect(await source.isOnMain(both.commits["master"] ?? "")).toBeUndefined();
    const head = ["refs/remotes/origin/HEAD", "refs/remotes/origin/master"];
    execFileSync("git", ["symbolic-ref", ...head], { cwd: both.folder });
    expect(await source.isOnMain(both.commits["master"] ?? "")).toEqual({ branch: head[1], holds: true });
  });

  it("is named by the configuration, else by the run's repository", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "Pulumi.yaml"), "name: hello\n");
    const run = { defaultBranch: "master" };
    expect(await mainBranch(await readProject(folder), run)).toBe("master");
    expect(await mainBranch(await readProject(folder), undefined)).toBeUndefined();
    writeFileSync(join(folder, "Pulumi.github.yaml"), "config: { moorage:main: { branch: trunk } }\n");
    expect(await mainBranch(await readProject(folder), run)).toBe("trunk");
    writeFileSync(join(folder, "Pulumi.github.yaml"), 'config: { moorage:main: { branch: "release/*" } }\n');
    expect(await mainBranch(await readProject(folder), run)).toBe("master");
  });
});

it("adoption A3: the default branch is the configuration's, in Pulumi.yaml too, else the run's, else what git knows", async () => {
  const folder = temporaryFolder();
  const git = initGit(folder);
  git.run("branch", "--move", "master");
  git.commit("one");
  writeFileSync(join(folder, "Pulumi.yaml"), "name: hello\n");
  expect(await mainBranch(await readProject(folder), undefined)).toBe("master");
  expect(await mainBranch(await readProject(folder), { defaultBranch: "develop" })).toBe("develop");
  writeFileSync(
    join(folder, "Pulumi.yaml"),
    "name: hello\nconfig: { moorage:main: { value: { branch: trunk } } }\n",
  );
  expect(await mainBranch(await readProject(folder), { defaultBranch: "develop" })).toBe("trunk");
});

describe("bug 12: git judges by the folder, whatever a hook's environment says", () => {
  it("is given none of the variables that name another repository", () => {
    const listed = execFileSync("git", ["rev-parse", "--local-env-vars"], { encoding: "utf8" })
      .trim()
      .split("\n");
    expect(listed.filter((name) => !repositoryVariables.includes(name))).toEqual([]);
    const hook = Object.fromEntries([...listed, "GIT_TRACE", "GIT_NAMESPACE"].map((name) => [name, "x"]));
    expect(gitEnvironment({ ...hook, PATH: "p", GIT_SSH_COMMAND: "ssh" })).toEqual({
      PATH: "p",
      GIT_SSH_COMMAND: "ssh",
      LC_ALL: "C",
      GIT_TERMINAL_PROMPT: "0",
      GIT_OPTIONAL_LOCKS: "0",
      GIT_PAGER: "cat",
    });
  });

  it("keeps the folders that a container's job has declared safe, and no other configuration", () => {
    const given = {
      GIT_CONFIG_COUNT: "2",
      GIT_CONFIG_KEY_0: "core.worktree",
      GIT_CONFIG_VALUE_0: "/else",
      GIT_CONFIG_KEY_1: "safe.directory",
      GIT_CONFIG_VALUE_1: "/work",
    };
    const { GIT_CONFIG_COUNT, GIT_CONFIG_KEY_0, GIT_CONFIG_VALUE_0, ...rest } = gitEnvironment(given);
    expect([GIT_CONFIG_COUNT, GIT_CONFIG_KEY_0, GIT_CONFIG_VALUE_0]).toEqual([
      "1",
      "safe.directory",
      "/work",
    ]);
    expect(Object.keys(rest).filter((name) => name.startsWith("GIT_CONFIG"))).toEqual([]);
  });

  it("sees the folder's own repository from the hook of another one", async () => {
    const [folder, other] = [temporaryFolder(), temporaryFolder()];
    const commit = initGit(folder).commit("one");
    initGit(other).commit("two");
    const before = { ...process.env };
    onTestFinished(() => {
      process.env = before;
    });
    process.env = {
      ...before,
      GIT_DIR: join(other, ".git"),
      GIT_WORK_TREE: other,
      GIT_INDEX_FILE: "nowhere",
    };
    const source = await open(folder);
    expect([await source.head(), await source.isDirty()]).toEqual([commit, false]);
  });
});
