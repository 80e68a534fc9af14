import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { ancestryOf } from "../../../src/features/deploy/skip-superseded.js";
import { temporaryFolder } from "../../harness/folder.js";

function repository(): { folder: string; commit: (...parents: string[]) => string } {
  const folder = temporaryFolder();
  const identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com"];
  const git = (...args: string[]) =>
    execFileSync("git", [...identity, ...args], { cwd: folder, encoding: "utf8" }).trim();
  git("init", "--quiet");
  const tree = git("hash-object", "-t", "tree", "-w", "/dev/null");
  let count = 0;
  const commit = (...parents: string[]) =>
    git("commit-tree", tree, "-m", `${count++}`, ...parents.flatMap((parent) => ["-p", parent]));
  return { folder, commit };
}

it("F29: git tells how two commits stand to each other", async () => {
  const { folder, commit } = repository();
  const first = commit();
  const second = commit(first);
  const branch = commit(first);
  expect(await ancestryOf(folder, first, second)).toBe("older");
  expect(await ancestryOf(folder, second, first)).toBe("newer");
  expect(await ancestryOf(folder, second, second)).toBe("same");
  expect(await ancestryOf(folder, second, branch)).toBe("unrelated");
});

it("F26: what git does not know, or is no commit, decides nothing", async () => {
  const { folder, commit } = repository();
  const known = commit();
  expect(await ancestryOf(folder, known, "0".repeat(40))).toBe("unknown");
  expect(await ancestryOf(folder, known, "--upload-pack=evil")).toBe("unknown");
  expect(await ancestryOf(folder, known, undefined)).toBe("unknown");
  expect(await ancestryOf(temporaryFolder(), known, "1".repeat(40))).toBe("unknown");
});
