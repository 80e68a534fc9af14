import { bounds } from "../../core/bounds.js";
import { runGit } from "./git.js";

/** Files that differ between two commits, from the repository's top; undefined where git does not have both. */
export async function filesChanged(
  folder: string,
  before: string,
  after: string,
): Promise<string[] | undefined> {
  const args = ["diff", "--name-only", "--no-renames", "-z", `${before}^{commit}`, `${after}^{commit}`, "--"];
  const { code, stdout } = await runGit(folder, args, bounds.gitRead);
  return code === 0 ? stdout.split("\0").filter((file) => file !== "") : undefined;
}
