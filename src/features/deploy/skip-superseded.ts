import { isWholeCommit } from "../../core/project/commit.js";
import { bounds } from "../../core/bounds.js";
import type { Context } from "../../context/context.js";
import type { StackRecord } from "../../adapters/record/record.js";
import { type Ancestry, isSuperseded } from "./version-order.js";
import { runGit } from "../../adapters/git/git.js";
import type { ChosenRelease } from "./release.js";
import type { DeployRequest } from "./request.js";

/** The tag of a newer version that is deployed already, for a run that gives way to one (F29). */
export async function findNewerDeployed(
  { reporter }: Context,
  { newestWins }: DeployRequest,
  { version }: ChosenRelease,
  { deployed, status }: StackRecord,
): Promise<string | undefined> {
  if (newestWins === undefined || deployed === undefined || status !== "ready") return undefined;
  if (deployed.imageTag !== newestWins.newestTag) {
    const ancestry = await ancestryOf(newestWins.folder, version.commit, deployed.version.commit);
    if (!isSuperseded(version, deployed.version, ancestry)) return undefined;
  }
  reporter.notify({
    kind: "step",
    text: `${deployed.imageTag} is deployed and newer: nothing to do`,
  });
  return deployed.imageTag;
}

/** How git in `folder` says that `ours` stands to `theirs`. */
export async function ancestryOf(
  folder: string,
  ours: string | undefined,
  theirs: string | undefined,
): Promise<Ancestry> {
  if (!isWholeCommit(ours) || !isWholeCommit(theirs)) return "unknown";
  if (ours === theirs) return "same";
  const [older, newer] = await Promise.all([
    isAncestor(folder, ours, theirs),
    isAncestor(folder, theirs, ours),
  ]);
  if (older === undefined || newer === undefined) return "unknown";
  if (older) return "older";
  return newer ? "newer" : "unrelated";
}

/** Undefined where git cannot tell: it is not there, or has not both commits. */
async function isAncestor(cwd: string, ancestor: string, descendant: string): Promise<boolean | undefined> {
  const { code } = await runGit(
    cwd,
    ["merge-base", "--is-ancestor", ancestor, descendant],
    bounds.gitAncestry,
  );
  return code === 0 ? true : code === 1 ? false : undefined;
}
