import { isWholeCommit } from "../../core/project/commit.js";
import { commitTag } from "../../core/project/tag.js";
import { type ErrorCode, MoorageError } from "../../core/errors.js";
import { commitOfImageTag, releaseKind } from "../../core/project/release-tag.js";
import type { BuildStore } from "../../adapters/record/builds/record.js";

/** What one service is to run, and the tag that was asked for. */
export interface Claim {
  service: string;
  tag: string;
  digest: string | undefined;
  /** The commit that the image says it was built from: a release's tag stands for it. */
  commit?: string | undefined;
  /** Whether a person gave a reason for these bytes where they ran: then no record of a build is required. */
  isExplained?: boolean;
}

/**
 * Refuses (exit 4) bytes under a commit's or a release's tag that no recorded build of the commit made: `foreign-build`,
 * naming both digests, where builds are recorded (F52), and `build-unrecorded` where none is.
 */
export async function checkBuilds(builds: BuildStore, claims: readonly Claim[]): Promise<void> {
  const foreign: string[] = [];
  const unrecorded: string[] = [];
  for (const claim of claims) {
    const { service, tag, digest, isExplained = false } = claim;
    const built = builtTagOf(claim);
    if (digest === undefined || built === undefined) continue;
    const recorded = (await builds.of(built)).map((record) => record.digest);
    if (recorded.includes(digest)) continue;
    const what = `${tag} of service ${service} is ${digest} in the registry`;
    if (recorded.length > 0)
      foreign.push(`${what}, and the build of that commit made ${recorded.join(", ")}.`);
    else if (!isExplained) unrecorded.push(`${what}, and no build of commit ${built} is recorded.`);
  }
  if (foreign.length > 0) throw refused("foreign-build", foreign, foreignHint);
  if (unrecorded.length > 0) throw refused("build-unrecorded", unrecorded, unrecordedHint);
}

/** The commit's tag, under which its builds are recorded; undefined for tags that stand for no commit. */
function builtTagOf({ tag, commit }: Claim): string | undefined {
  if (commitOfImageTag(tag) !== undefined) return tag;
  return releaseKind(tag) !== undefined && isWholeCommit(commit) ? commitTag(commit) : undefined;
}

const foreignHint =
  "Somebody pushed another image under the commit's tag: find out who, delete the tag in the registry and build the commit again.";

const unrecordedHint =
  'Build the commit with `moorage build --push` (on the local target also `moorage local image --revision`), which records what it builds; for an image from another pipeline, give a reason with `moorage deploy <env> --tag <tag> --reason "..."`, which is kept in the history.';

function refused(code: ErrorCode, lines: readonly string[], hint: string): MoorageError {
  const message = lines.join("\n");
  return new MoorageError({ code, message, hint });
}
