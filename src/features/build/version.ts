import { checkTag, commitTag } from "../../core/project/tag.js";
import { badRequest, MoorageError } from "../../core/errors.js";
import { commitOfImageTag } from "../../core/project/release-tag.js";
import type { Reporter } from "../../core/reporter.js";
import type { SourceRepository } from "../../adapters/git/repository.js";

/** What is built, as its labels say it. */
export interface BuildVersion {
  tag: string;
  /** The whole commit; undefined where the files are not exactly a commit's. */
  revision: string | undefined;
  /** The commit's time, so that building it again gives the same bytes; else now. */
  created: Date;
}

/**
 * The tag and commit to build: HEAD's own tag unless one is given. Raises (exit 2) `no-commit` and `dirty-tree` where no
 * tag is given and HEAD does not say what the files are; (exit 4) `commit-tag` where a commit's tag is wanted for other files.
 */
export async function versionToBuild(
  given: string | undefined,
  source: SourceRepository | undefined,
  { reporter, env }: { reporter: Reporter; env: NodeJS.ProcessEnv },
): Promise<BuildVersion> {
  const head = await source?.head();
  const dirty = (await source?.isDirty()) ?? false;
  const tag = given === undefined ? ownTag(head, dirty) : checkTag(given);
  const revision = dirty ? undefined : head;
  const claimed = commitOfImageTag(tag);
  if (claimed !== undefined && head !== undefined && !revision?.startsWith(claimed))
    throw notThatCommit(tag, head, dirty);
  if (dirty) {
    const text = `Files differ from commit ${String(head)}: the image ${tag} will not name a commit.`;
    reporter.notify({ kind: "warning", text });
  }
  return { tag, revision, created: createdFrom(env) ?? (await commitTime(source, revision)) };
}

function ownTag(head: string | undefined, dirty: boolean): string {
  if (head === undefined) {
    throw badRequest(
      "no-commit",
      "There is no git commit here to name the image after.",
      "Run the command in the app's git repository, or name a tag with --tag.",
    );
  }
  if (!dirty) return commitTag(head);
  throw badRequest(
    "dirty-tree",
    `Files differ from commit ${head}, so its tag ${commitTag(head)} would name another image.`,
    "Commit or stash them, or pass another tag with --tag.",
  );
}

function notThatCommit(tag: string, head: string, dirty: boolean): MoorageError {
  return new MoorageError({
    code: "commit-tag",
    message: `${tag} is a commit's own tag, and the files here are ${dirty ? "changed since" : "those of"} ${head}.`,
    hint: "Check that commit out with no changes, or name another tag with --tag.",
  });
}

async function commitTime(source: SourceRepository | undefined, revision: string | undefined): Promise<Date> {
  return source !== undefined && revision !== undefined ? source.madeAt(revision) : new Date();
}

/** An image's creation time is part of its bytes: https://reproducible-builds.org/specs/source-date-epoch/ */
export function createdFrom({ SOURCE_DATE_EPOCH: seconds }: NodeJS.ProcessEnv): Date | undefined {
  if (seconds === undefined || seconds === "") return undefined;
  if (/^\d{1,11}$/.test(seconds)) return new Date(Number(seconds) * 1000);
  throw badRequest(
    "bad-arguments",
    `SOURCE_DATE_EPOCH=${JSON.stringify(seconds)} is not a number of seconds.`,
    "Unset it, or set it as in SOURCE_DATE_EPOCH=$(git log -1 --format=%ct).",
  );
}
