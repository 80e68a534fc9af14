import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { commitsSince } from "../../../src/adapters/git/commits-since.js";
import { temporaryFolder } from "../../harness/folder.js";
import { type Git, initGit } from "../../harness/git.js";

let folder: string;
let git: Git;
let [first, last] = ["", ""];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "moorage-test-"));
  git = initGit(folder);
  const commit = (name: string) => {
    git.commit(name);
    return git.run("rev-parse", "HEAD").trim();
  };
  first = commit("one");
  git.run("tag", "v1.0.0");
  commit("two");
  last = commit("three: $(id) `x`");
  git.run("tag", "v1.1.0");
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const subjects = async (from: string, to: string) =>
  (await commitsSince(folder, from, to))?.map((line) => line.replace(/^[0-9a-f]{7,} /, ""));

it.each([
  ["tags of releases", () => ["v1.0.0", "v1.1.0"]],
  ["tags of commits", () => [`sha-${first.slice(0, 12)}`, `sha-${last.slice(0, 12)}`]],
  ["one of each", () => ["v1.0.0", `sha-${last.slice(0, 12)}`]],
])("adoption B5: commits between %s, newest first, as they were written", async (_what, tags) => {
  const [from = "", to = ""] = tags();
  expect(await subjects(from, to)).toEqual(["three: $(id) `x`", "two"]);
});

it("there are none between a version and itself, nor on the way back", async () => {
  expect(await subjects("v1.0.0", "v1.0.0")).toEqual([]);
  expect(await subjects("v1.1.0", "v1.0.0")).toEqual([]);
});

it.each([["v9.9.9"], ["sha-000000000000"], ["--output=/tmp/x"], ["v1.0.0..v1.1.0"]])(
  "F26: git knows nothing of %j, and it is no option and no range",
  async (tag) => {
    expect(await subjects("v1.0.0", tag)).toBeUndefined();
    expect(await subjects(tag, "v1.0.0")).toBeUndefined();
  },
);

it("outside git nothing is known", async () => {
  expect(await commitsSince(temporaryFolder(), "v1.0.0", "v1.1.0")).toBeUndefined();
});
