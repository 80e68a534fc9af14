import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkTag, commitTag, environmentTag, previewTag } from "../../../src/core/project/tag.js";

const commit = "0123456789abcdef0123456789abcdef01234567";

describe("an image tag", () => {
  it.each(["a", "v1.2.3", "sha-0123456789ab", "_x", "1.10", "a".repeat(128)])("may be %s", (tag) => {
    expect(checkTag(tag)).toBe(tag);
  });

  it.each([
    "",
    " ",
    "a b",
    "a/b",
    "-a",
    ".a",
    "a".repeat(129),
    "a".repeat(200),
    "a:b",
    "a@b",
    "$(id)",
    "a\n",
    "ä",
    "a;b",
  ])("F26: may not be %j", (tag) => {
    expect(() => checkTag(tag)).toThrow(
      expect.objectContaining({ code: "tag-invalid", exitCode: 2 }) as Error,
    );
  });

  it("F26: never holds anything but its grammar", () => {
    const accepted = (text: string) => {
      try {
        return checkTag(text);
      } catch {
        return "refused";
      }
    };
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => /^[\w.-]{1,128}$/.test(accepted(text))));
  });
});

it("a commit's tag is sha- and its first 12 characters", () => {
  expect(commitTag(commit)).toBe("sha-0123456789ab");
  for (const wrong of ["abc", commit.toUpperCase(), `${commit}0`, "main", ""]) {
    expect(() => commitTag(wrong)).toThrow(expect.objectContaining({ code: "commit-invalid" }) as Error);
  }
});

it.each([
  [{ flag: "f", env: "e", deployed: "d" }, "f", "flag"],
  [{ env: "e", deployed: "d" }, "e", "environment"],
  [{ env: "", deployed: "d" }, "d", "deployed"],
  [{}, "latest", "latest"],
])("an environment's tag falls back: %j", (given, tag, source) => {
  expect(environmentTag(given)).toEqual({ tag, source });
});

it.each([
  [{ flag: "f", env: "e", headCommit: commit }, "f", "flag"],
  [{ env: "e", headCommit: commit }, "e", "environment"],
  [{ headCommit: commit }, "sha-0123456789ab", "commit"],
])("a preview's tag falls back: %j", (given, tag, source) => {
  expect(previewTag(given)).toEqual({ tag, source });
});

it("a preview's tag is never guessed, an empty flag never passed over", () => {
  expect(() => previewTag({})).toThrow(
    expect.objectContaining({ code: "tag-missing", exitCode: 2 }) as Error,
  );
  expect(() => environmentTag({ flag: "", deployed: "d" })).toThrow(/not an image tag/);
});
