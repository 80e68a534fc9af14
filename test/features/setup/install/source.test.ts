import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { resolveRef } from "../../../../src/features/setup/install/source.js";
import { temporaryFolder } from "../../../harness/folder.js";

/** A server of git's: a folder with `acme/moorage`, which has a branch, a tag and an annotated one. */
function server() {
  const folder = temporaryFolder();
  const repository = join(folder, "acme/moorage");
  mkdirSync(repository, { recursive: true });
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], {
      cwd: repository,
      encoding: "utf8",
    }).trim();
  git("init", "--quiet", "--initial-branch", "main");
  git("commit", "--quiet", "--allow-empty", "-m", "one");
  const one = git("rev-parse", "HEAD");
  git("tag", "-a", "v1.0.0", "-m", "annotated");
  git("commit", "--quiet", "--allow-empty", "-m", "two");
  const two = git("rev-parse", "HEAD");
  git("tag", "v2.0.0");
  const where = { cwd: folder, env: { GITHUB_SERVER_URL: `file://${folder}` } };
  return { one, two, resolve: (ref: string) => resolveRef("acme/moorage", ref, where), where };
}

it("adoption B3: a tag or a branch is resolved to its commit; a commit stays what it is", async () => {
  const { one, two, resolve } = server();
  expect(await resolve("v1.0.0")).toBe(one);
  expect(await resolve("v2.0.0")).toBe(two);
  expect(await resolve("main")).toBe(two);
  expect(await resolve("f".repeat(40))).toBe("f".repeat(40));
});

it("what is not there is refused, and so is a repository that git cannot read", async () => {
  const { resolve, where } = server();
  await expect(resolve("v3.0.0")).rejects.toMatchObject({ code: "ref-unknown", exitCode: 2 });
  await expect(resolveRef("acme/none", "main", where)).rejects.toMatchObject({
    code: "ref-unknown",
    message: expect.stringContaining("/acme/none"),
  });
});
