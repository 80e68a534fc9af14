import { exitCodes, MoorageError } from "../errors.js";
import { commitOfImageTag } from "../release/release-tag.js";
import type { BuildStore } from "./record.js";

/** What one service is to run, and the tag that was asked for. */
export interface Claim {
  service: string;
  tag: string;
  digest: string | undefined;
}

/**
 * Refuses bytes under a commit's tag that are not those of its recorded builds (F52, exit 4), naming both. A commit that no
 * build is recorded of was built by hand: its images say which commit they are of, and nothing more is known.
 */
export async function checkBuilds(builds: BuildStore, claims: readonly Claim[]): Promise<void> {
  const foreign: string[] = [];
  for (const { service, tag, digest } of claims) {
    if (digest === undefined || commitOfImageTag(tag) === undefined) continue;
    const recorded = (await builds.of(tag)).map((record) => record.digest);
    if (recorded.length === 0 || recorded.includes(digest)) continue;
    foreign.push(
      `${tag} of service ${service} is ${digest} in the registry, and the build of that commit made ${recorded.join(", ")}.`,
    );
  }
  if (foreign.length === 0) return;
  throw new MoorageError({
    code: "foreign-build",
    message: foreign.join("\n"),
    hint: "Somebody pushed other bytes under the commit's tag: find out who, delete the tag in the registry and build the commit again.",
    exitCode: exitCodes.refused,
    fault: "caller",
  });
}
