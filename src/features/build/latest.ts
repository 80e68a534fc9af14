import type { Repository } from "../../adapters/aws/registry.js";
import { MoorageError } from "../../core/errors.js";
import type { Reporter } from "../../core/reporter.js";
import type { SourceRepository } from "../../adapters/git/repository.js";
import type { BuildVersion } from "./version.js";

/** A commit, and the repository that says that it is on main. */
export interface OnMain {
  commit: string;
  source: SourceRepository;
}

/** The commit that `latest` may move to. Raises `latest-off-main` (exit 4) for anything but a commit on main. */
export async function commitForLatest(
  { revision }: BuildVersion,
  source: SourceRepository | undefined,
): Promise<OnMain> {
  const main = revision === undefined ? undefined : await source?.isOnMain(revision);
  if (source !== undefined && revision !== undefined && main?.holds) return { commit: revision, source };
  throw new MoorageError({
    code: "latest-off-main",
    message: `\`latest\` moves on main only, and ${revision ?? "what is here"} is not a commit on main.`,
    hint: "Leave --latest out; on the default branch, fetch it first (moorage:main.branch names it; `git fetch origin <branch>`).",
  });
}

export interface LatestMove extends OnMain {
  repository: Repository;
  /** The image that is to be `latest`. */
  digest: string;
  /** The commit that `latest` was built from until now. */
  current: string | undefined;
  reporter: Reporter;
}

/** Moves `latest`, unless it names a newer commit's image: an older run never overwrites a newer one (F29). */
export async function moveLatest({
  repository,
  digest,
  commit,
  current,
  source,
  reporter,
}: LatestMove): Promise<void> {
  const name = `${repository.access.host}/${repository.name}:latest`;
  if (current !== undefined && current !== commit && (await source.isAncestor(commit, current))) {
    reporter.notify({ kind: "detail", text: `${name} stays at the newer commit ${current}` });
    return;
  }
  const manifest = await repository.manifest(digest);
  if (manifest !== undefined) await repository.putManifest("latest", manifest);
  reporter.notify({ kind: "detail", text: `${name} is ${digest}` });
}
