import type { Version } from "../../adapters/record/record.js";
import { commitOfImageTag } from "../../core/project/release-tag.js";
import type { GitHubRun } from "../../adapters/github/event.js";

/**
 * The whole commit that a GitHub deployment is of: what the image says it was built from, else the run's own, where the
 * tag is that commit's or that release's. Undefined where nothing tells: a deployment of a wrong commit misleads.
 */
export function deployedCommit(
  { imageTag, version }: { imageTag: string; version: Version },
  { commit, release }: Pick<GitHubRun, "commit" | "release">,
): string | undefined {
  if (version.commit !== undefined) return version.commit;
  const digits = commitOfImageTag(imageTag);
  const isOurs = digits === undefined ? release?.tag === imageTag : commit.startsWith(digits);
  return isOurs ? commit : undefined;
}
