import { describe, expect, it } from "vitest";
import { imageTagOf, judgeCommits, toldCommits } from "../../../../src/features/releases/promote/commit.js";
import type { Message } from "../../../../src/core/reporter.js";
import { openSource, type SourceRepository } from "../../../../src/adapters/git/repository.js";
import { type Git, initGit } from "../../../harness/git.js";
import { temporaryFolder } from "../../../harness/folder.js";

const unknown = "0123456789abcdef0123456789abcdef01234567";

async function repository(): Promise<{ git: Git; source: SourceRepository }> {
  const folder = temporaryFolder();
  const git = initGit(folder);
  const source = await openSource(folder);
  if (source === undefined) throw new Error("no repository");
  return { git, source };
}

async function judge(commits: string[], source: SourceRepository | undefined) {
  const messages: Message[] = [];
  const host = { notify: (message: Message) => void messages.push(message), close: () => undefined };
  const refusals = await judgeCommits(commits, source, host);
  return { codes: refusals.map(({ code }) => code), warnings: messages.map(({ text }) => text) };
}

describe("the image tag that is meant", () => {
  it("is the tag itself, or what ran under a release's tag, or its commit's image", async () => {
    const { git, source } = await repository();
    const commit = git.commit("one");
    git.run("tag", "v1.0.0");
    const never = () => false;
    expect(await imageTagOf("sha-1", never, source)).toBe("sha-1");
    expect(await imageTagOf("v1.0.0", () => true, source)).toBe("v1.0.0");
    expect(await imageTagOf("v1.0.0", never, source)).toBe(`sha-${commit.slice(0, 12)}`);
    expect(await imageTagOf("v2.0.0", never, source)).toBeUndefined();
    expect(await imageTagOf("v1.0.0", never, undefined)).toBeUndefined();
  });
});

describe("commits that images tell", () => {
  it("come from the label, else from a commit's own tag, each once", () => {
    const tag = "sha-0123456789ab";
    const images = [unknown, undefined, unknown].map((revision) => ({ tag, revision }));
    expect(toldCommits(images)).toEqual([unknown, "0123456789ab"]);
    expect(toldCommits([{ tag: "v1", revision: undefined }])).toEqual([]);
  });

  it("are fine on main, whole or abbreviated", async () => {
    const { git, source } = await repository();
    const commit = git.commit("one");
    git.commit("two");
    expect(await judge([commit, commit.slice(0, 12)], source)).toEqual({ codes: [], warnings: [] });
  });

  it("are refused when this clone does not have them, or no main", async () => {
    const { git, source } = await repository();
    const commit = git.commit("one");
    expect((await judge([unknown], source)).codes).toEqual(["commit-unknown"]);
    git.run("branch", "--move", "trunk");
    expect((await judge([commit], source)).codes).toEqual(["main-unknown"]);
  });

  it("are not judged, with a warning, outside git and where the image tells none", async () => {
    const { git, source } = await repository();
    git.commit("one");
    expect(await judge([unknown], undefined)).toEqual({
      codes: [],
      warnings: [expect.stringContaining("No git repository")],
    });
    expect(await judge([], source)).toEqual({
      codes: [],
      warnings: [expect.stringContaining("does not name its commit")],
    });
  });
});
