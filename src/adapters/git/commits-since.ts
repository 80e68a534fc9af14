import { bounds } from "../../core/bounds.js";
import { commitOfImageTag } from "../../core/project/release-tag.js";
import { runGit } from "./git.js";

/** Nobody reads more than this before an approval. */
const most = 50;

/**
 * Commits in `to` that are not in `from`, newest first, as `0123456 Subject`: both are tags of releases or of commits.
 * Undefined where git does not know both.
 */
export async function commitsSince(folder: string, from: string, to: string): Promise<string[] | undefined> {
  const range = `${refOf(from)}..${refOf(to)}`;
  const args = ["log", "--no-color", "--no-decorate", "--format=%h %s", `--max-count=${most}`, range, "--"];
  const { code, stdout } = await runGit(folder, args, bounds.gitRead);
  return code === 0 ? stdout.split("\n").filter((line) => line !== "") : undefined;
}

function refOf(tag: string): string {
  return commitOfImageTag(tag) ?? `refs/tags/${tag}`;
}
