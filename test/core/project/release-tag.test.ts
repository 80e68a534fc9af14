import { describe, expect, it } from "vitest";
import { foreignTo } from "../../../src/core/project/release-tag.js";

const commit = "0123456789abcdef0123456789abcdef01234567";
const other = "f".repeat(40);
const tag = "sha-0123456789ab";
const image = (...revisions: (string | undefined)[]) => ({ digest: "sha256:d1", revisions });

describe("correctness 15, F52: a commit's tag", () => {
  it.each([
    ["its image", image(commit)],
    ["an index and each of its images", image(commit, commit, commit)],
    ["a commit of SHA-256", image(commit.padEnd(64, "0"))],
  ])("is believed with the commit's mark on %s", (_what, told) => {
    expect(foreignTo(tag, told)).toBeUndefined();
  });

  it.each([
    ["nothing", image(undefined), "does not say that it was built from commit 0123456789ab"],
    ["nothing at all", image(), "does not say"],
    ["another commit", image(other), `was built from commit ${other}, not from 0123456789ab`],
    ["not the whole commit", image("0123456789ab"), "was built from commit 0123456789ab"],
    ["one platform's image of another commit", image(commit, commit, other), other],
    ["one platform's image without a mark", image(commit, undefined), "does not say"],
  ])("is not believed with %s", (_what, told, why) => {
    expect(foreignTo(tag, told)).toContain("sha256:d1");
    expect(foreignTo(tag, told)).toContain(why);
  });

  it("is compared with the whole commit where that is known", () => {
    const sameBeginning = commit.slice(0, 12).padEnd(40, "0");
    expect(foreignTo(tag, image(sameBeginning))).toBeUndefined();
    expect(foreignTo(tag, image(sameBeginning), commit)).toContain(sameBeginning);
  });

  it("claims nothing where it is another tag", () => {
    expect(foreignTo("v1.2.3", image(undefined))).toBeUndefined();
    expect(foreignTo("sha-1", image(other))).toBeUndefined();
  });

  it("F54: shows what a label says in one short line", () => {
    expect(foreignTo(tag, image("\u001b]0;owned\u0007\n::set-env name=A::b"))).toMatch(
      /commit "\\u001b\]0;owned/,
    );
  });
});
