import { filesOfPull } from "../../adapters/github/changed-files.js";
import type { GitHub } from "../../adapters/github/client.js";
import type { PullReading, PullRequest } from "../../adapters/github/pull-request.js";
import { eachLimited } from "../../adapters/aws/limited.js";
import { asMoorageError } from "../../core/errors.js";
import { type AppPaths, touches } from "../../core/project/source-paths.js";

const parallel = 5;

/**
 * Tells of a pull request whether it leaves the app alone, where the app has `paths`: a list of its files is asked for once for each
 * head commit. Raises `github-*`.
 */
export function touchTeller(
  github: GitHub,
  paths: AppPaths | undefined,
): (pull: PullRequest) => Promise<PullRequest> {
  const known = new Map<string, boolean>();
  return async (pull) => {
    if (paths === undefined || pull.state !== "open") return pull;
    const leavesAlone = known.get(pull.headCommit) ?? (await isLeft(github, pull, paths));
    known.set(pull.headCommit, leavesAlone);
    return { ...pull, leavesAlone };
  };
}

/** The same of many; one whose files cannot be read is one that cannot be read. */
export async function withTouches(
  github: GitHub,
  paths: AppPaths | undefined,
  readings: ReadonlyMap<number, PullReading>,
): Promise<ReadonlyMap<number, PullReading>> {
  if (paths === undefined) return readings;
  const told = new Map(readings);
  const tell = touchTeller(github, paths);
  await eachLimited([...readings], parallel, async ([number, reading]) => {
    if (reading.kind !== "read") return;
    told.set(
      number,
      await tell(reading.pull).then(
        (pull): PullReading => ({ kind: "read", pull }),
        (error: unknown): PullReading => ({ kind: "unreadable", why: asMoorageError(error).message }),
      ),
    );
  });
  return told;
}

/** What cannot be told of all files counts as a change of the app. */
async function isLeft(github: GitHub, { number }: PullRequest, paths: AppPaths): Promise<boolean> {
  const files = await filesOfPull(github, number);
  return files !== undefined && !touches(files, paths);
}
