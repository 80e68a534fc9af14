import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openSource, type SourceRepository } from "../../src/source/repository.js";
import { temporaryFolder } from "../support/folder.js";
import { initGit } from "./git.js";

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
