import { commitTag } from "../../../core/project/tag.js";
import type { Reporter } from "../../../core/reporter.js";
import type { PromotionRefusal } from "./judge.js";
import { commitOfImageTag, ownReleaseKind } from "../../../core/project/release-tag.js";
import type { SourceRepository } from "../../../adapters/git/repository.js";

/**
 * The image tag that is meant: a release's tag stands for its commit's image, unless the environment itself has run it
 * under the release's tag. Undefined when neither knows it.
 */
export async function imageTagOf(
  tag: string,
  ranAs: (tag: string) => boolean,
  source: SourceRepository | undefined,
  prefix = "",
): Promise<string | undefined> {
  if (ownReleaseKind(tag, prefix) === undefined || ranAs(tag)) return tag;
  const commit = await source?.commitOfTag(tag);
  return commit === undefined ? undefined : commitTag(commit);
}

/** The commits that the images tell, by their label or their tag. */
export function toldCommits(images: readonly { tag: string; revision: string | undefined }[]): string[] {
  const told = images.map(({ tag, revision }) => revision ?? commitOfImageTag(tag));
  return [...new Set(told.filter((commit) => commit !== undefined))];
}

/** What git says against commits that are not on main. Where git cannot be asked, a warning says so. */
export async function judgeCommits(
  commits: readonly string[],
  source: SourceRepository | undefined,
  reporter: Reporter,
): Promise<PromotionRefusal[]> {
  if (source === undefined) {
    reporter.notify({
      kind: "warning",
      text: "No git repository here: not checked whether the commit is on main.",
    });
    return [];
  }
  if (commits.length === 0) {
    reporter.notify({
      kind: "warning",
      text: "The image does not name its commit: not checked whether it is on main.",
      hint: "`moorage build` labels images with their commit",
    });
  }
  const judged = await Promise.all(commits.map((commit) => judgeCommit(commit, source)));
  return judged.filter((refusal) => refusal !== undefined);
}

async function judgeCommit(commit: string, source: SourceRepository): Promise<PromotionRefusal | undefined> {
  const whole = await source.findCommit(commit);
  if (whole === undefined) return unknownCommit(commit, await source.isShallow());
  const main = await source.isOnMain(whole);
  if (main?.holds) return undefined;
  if (main === undefined) {
    return {
      code: "main-unknown",
      message: `It is unknown which branch is main here, or it was not fetched, so it is unknown whether ${commit} is on it.`,
      hint: "Name it as moorage:main.branch in Pulumi.yaml, and fetch it: `git fetch origin <branch>:refs/remotes/origin/<branch>`.",
    };
  }
  const branch = main.branch.replace(/^refs\/(remotes|heads)\//, "");
  const shallow = await source.isShallow();
  return {
    code: "not-on-main",
    message: `Commit ${commit} is not on ${branch}${shallow ? ", as far as this shallow clone shows" : ""}.`,
    hint: shallow
      ? "Fetch the full history: `git fetch --unshallow`, or `fetch-depth: 0` in the workflow."
      : "Only merged commits are promoted: merge it, deploy it, then promote the merge commit.",
  };
}

function unknownCommit(commit: string, shallow: boolean): PromotionRefusal {
  return {
    code: "commit-unknown",
    message: `The image says that it was built from commit ${commit}, which this repository does not have.`,
    hint: shallow
      ? "Fetch the full history: `git fetch --unshallow`, or `fetch-depth: 0` in the workflow."
      : "Fetch main, or name the app's own repository with --source.",
  };
}
