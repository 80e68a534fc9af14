import { badRequest } from "../../../core/errors.js";
import type { GitHub } from "../../../adapters/github/client.js";
import { commitOfRef } from "../../../adapters/github/releases.js";
import type { StackRecord } from "../../../adapters/record/record.js";
import { commitOfImageTag } from "../../../core/project/release-tag.js";

/** What an environment runs, as far as a release needs it. */
export interface RunningVersion {
  environment: string;
  imageTag: string;
  commit: string;
}

/**
 * What an environment runs, by its record. Raises a bad request: `nothing-deployed`, `not-running-well`, `commit-unknown`.
 */
export async function runningVersion(
  github: GitHub,
  environment: string,
  record: StackRecord | undefined,
): Promise<RunningVersion> {
  const { deployed, status } = record ?? {};
  if (deployed === undefined) throw nothingDeployed(environment);
  if (status !== "ready") throw notRunningWell(environment, deployed.imageTag);
  const { imageTag, version } = deployed;
  const digits = commitOfImageTag(imageTag);
  const commit = version.commit ?? (digits === undefined ? undefined : await commitOfRef(github, digits));
  if (commit === undefined) throw commitUnknown(environment, imageTag);
  return { environment, imageTag, commit };
}

function nothingDeployed(environment: string): Error {
  return badRequest(
    "nothing-deployed",
    `Nothing was deployed to ${environment} yet, so there is nothing to release.`,
    `Deploy it first: \`moorage deploy ${environment}\`; --from names another environment.`,
  );
}

function notRunningWell(environment: string, imageTag: string): Error {
  return badRequest(
    "not-running-well",
    `${imageTag} is deployed to ${environment}, but does not run well there (yet).`,
    `\`moorage status\` shows it; only a version that ran well in ${environment} can be released.`,
  );
}

function commitUnknown(environment: string, imageTag: string): Error {
  return badRequest(
    "commit-unknown",
    `${environment} runs ${imageTag}, and neither its image nor its tag names a commit of this repository.`,
    "Build images with `moorage build`: it labels them with their commit.",
  );
}
