import { newBuild } from "../../adapters/record/builds/record.js";
import type { Invocation } from "../../core/command.js";
import { isWholeCommit } from "../../core/project/commit.js";
import { readProject } from "../../core/project/project.js";
import { commitTag } from "../../core/project/tag.js";
import { hasCode } from "../../core/errors.js";
import { openRecords } from "../../adapters/record/open-records.js";
import { thisOwner } from "../../adapters/record/owner.js";
import { commitOfImageTag } from "../../core/project/release-tag.js";

/** An image that `local image` made, and the commit that it says it is of. */
interface LocalImage {
  repository: string;
  tag: string;
  digest: string;
  /** The whole commit, where one is named. */
  revision: string | undefined;
}

/**
 * Writes down, beside the state of the project that the command runs in, that a build made these bytes of a commit: what
 * `deploy` and `promote` ask for. Nothing is written where there is no project, or no commit is named.
 */
export async function recordLocalBuild(
  { cwd, env, signal, backendUrl, reporter }: Invocation,
  home: { backendUrl: string },
  { repository, tag, digest, revision }: LocalImage,
): Promise<void> {
  const built = builtTagOf(tag, revision);
  const project = built === undefined ? undefined : await projectIn(cwd);
  if (built === undefined || project === undefined) return;
  const { builds, close } = await openRecords(backendUrl ?? home.backendUrl, project, {
    env,
    signal,
    reporter,
  });
  try {
    const commit = revision === undefined ? {} : { commit: revision };
    const at = new Date().toISOString();
    await builds.add(newBuild({ tag: built, digest, repository, at, by: thisOwner(env).user, ...commit }));
  } finally {
    close();
  }
}

function builtTagOf(tag: string, revision: string | undefined): string | undefined {
  if (commitOfImageTag(tag) !== undefined) return tag;
  return isWholeCommit(revision) ? commitTag(revision) : undefined;
}

async function projectIn(folder: string): Promise<string | undefined> {
  try {
    return (await readProject(folder)).name;
  } catch (error) {
    if (hasCode(error, "no-project")) return undefined;
    throw error;
  }
}
