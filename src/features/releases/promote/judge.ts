/** What stands against a promotion, or nothing: decided before anything is changed. */
import type { ErrorCode } from "../../../core/errors.js";
import {
  commitOfImageTag,
  foreignTo,
  ownReleaseKind,
  releaseKind,
} from "../../../core/project/release-tag.js";
import { withdrawnServices } from "../../../core/project/proven.js";

export interface PromotionRefusal {
  code: ErrorCode;
  message: string;
  hint: string;
}

/** Which environments a kind of version reaches (`moorage:triggers`). */
export interface Triggers {
  main: readonly string[];
  prerelease: readonly string[];
}

/** A version of another app of the repository is no version of this one. */
export function judgeTagOwner(tags: readonly string[], prefix: string): PromotionRefusal | undefined {
  const foreign = tags.find(
    (tag) => releaseKind(tag) !== undefined && ownReleaseKind(tag, prefix) === undefined,
  );
  if (foreign === undefined || prefix === "") return undefined;
  return {
    code: "release-of-another-app",
    message: `${foreign} is no version of this app: its versions are called ${prefix}v1.2.3.`,
    hint: "Name a version of this app, run the command in the other app's folder, or correct moorage:triggers.tagPrefix.",
  };
}

/** `latest` follows main and is nobody's release; a pre-release stops where the configuration says. */
export function judgeRoute(
  as: string,
  to: string,
  { main, prerelease }: Triggers,
): PromotionRefusal | undefined {
  if (as === "latest") {
    return {
      code: "latest-not-promoted",
      message: "`latest` moves on main only, never by a promotion.",
      hint: "Promote under a version, as in --as v1.2.3.",
    };
  }
  if (releaseKind(as) !== "prerelease" || prerelease.includes(to) || main.includes(to)) return undefined;
  return {
    code: "prerelease-stops",
    message: `${as} is a pre-release, and pre-releases stop at ${prerelease.join(" and ") || "no environment"}.`,
    hint: `Publish the release itself for ${to}, or add ${to} to moorage:triggers.prerelease.`,
  };
}

/** A deployment as the record of the environment has it. */
export interface PastDeployment {
  imageTag: string;
  /** Tags by service, of those that ran another than `imageTag`. */
  imageTags?: Record<string, string>;
  digests: Record<string, string>;
  good: boolean;
  /** A person rolled back from it. */
  withdrawn?: boolean;
  /** Why it was let through, in a person's words. */
  despite?: string;
}

/**
 * What the environment ran well as the tag: the newest such deployment, unless a person rolled back from it since. Services
 * that it left out ran their own tags. History: oldest first.
 */
export function ranWellAs<Past extends PastDeployment>(
  history: readonly Past[],
  tag: string,
): Past | undefined {
  const newest = history.findLast(({ good, imageTag }) => good && imageTag === tag);
  return newest?.withdrawn ? undefined : newest;
}

/** Services whose bytes, as the tag ran well last, somebody has gone back from since: under this tag or another. */
export function wentBackFrom(history: readonly PastDeployment[], tag: string): string[] {
  const newest = history.findLast(({ good, imageTag }) => good && imageTag === tag);
  return newest === undefined ? [] : withdrawnServices(newest.digests, history);
}

/** One service's image where it comes from and where it goes to. */
export interface Candidate {
  service: string;
  /** The tag that `from` ran the service under: the promoted one, unless a partial deployment left the service out. */
  tag: string;
  /** `<registry>/<repository>:<tag>`. */
  source: string;
  target: string;
  /** The digest that `from` ran well under the tag. */
  recorded: string | undefined;
  /** Whether `from` ran it well, but it was rolled back there. */
  withdrawn?: boolean;
  /** What the tag names now; undefined when nothing. */
  found: FoundImage | undefined;
  /** What the new tag names in the target already. */
  taken: string | undefined;
  /** `linux/amd64`: what the target's service runs on. */
  platform: string;
}

export interface FoundImage {
  digest: string;
  /** ECR's image status; only `ACTIVE` ones can be pulled. */
  status: string;
  platforms: readonly string[];
  /** The commit in `org.opencontainers.image.revision`. */
  revision: string | undefined;
  /** The commits in the labels of all images under the tag, if it is an index. */
  revisions?: readonly (string | undefined)[];
}

/** What is promoted, for messages and for what its tag says. */
export interface Promoted {
  from: string;
  tag: string;
  as: string;
  /** The commit of the git tag `as`, where it is known. */
  releaseCommit: string | undefined;
}

/** Everything that stands against carrying this image: gone, moved, not run, another platform, another commit (F20, F21). */
export function judgeCandidate(candidate: Candidate, promoted: Promoted): PromotionRefusal[] {
  const { found } = candidate;
  if (found === undefined) return [missing(candidate)];
  if (found.status !== "ACTIVE") return [inactive(candidate, found)];
  const refusals = [
    judgeRecorded(candidate, found, promoted),
    judgePlatform(candidate, found),
    judgeRevision(candidate, found, promoted),
    judgeTaken(candidate, found),
  ];
  return refusals.filter((refusal) => refusal !== undefined);
}

/** One tag of one repository names one image: services that share a repository must have run the same bytes. */
export function judgeShared(candidates: readonly Candidate[]): PromotionRefusal[] {
  return candidates.flatMap((candidate, index) => {
    const { target, found } = candidate;
    const first = candidates.slice(0, index).find((other) => other.target === target);
    if (first?.found === undefined || found === undefined || first.found.digest === found.digest) return [];
    return [sharedBy(first, candidate)];
  });
}

function sharedBy(first: Candidate, second: Candidate): PromotionRefusal {
  return {
    code: "tag-shared",
    message: `${second.target} cannot be both ${first.source}, of service ${first.service}, and ${second.source}, of ${second.service}.`,
    hint: "Deploy one tag to all services that share the repository and promote that, or give each a repository.",
  };
}

function missing({ service, source }: Candidate): PromotionRefusal {
  return {
    code: "image-missing",
    message: `${source}, the image of service ${service}, is gone.`,
    hint: "Build that commit again on main and deploy it before you promote it; a promotion never rebuilds.",
  };
}

function inactive({ source }: Candidate, { status }: FoundImage): PromotionRefusal {
  return {
    code: "image-not-active",
    message: `${source} is ${status.toLowerCase()} and cannot be pulled.`,
    hint: "Restore it in ECR (UpdateImageStorageClass), wait until it is active, then run the command again.",
  };
}

function judgeRecorded(
  { service, tag, source, recorded, withdrawn = false }: Candidate,
  { digest }: FoundImage,
  { from }: Promoted,
): PromotionRefusal | undefined {
  if (withdrawn) {
    return {
      code: "not-run-well",
      message: `${from} ran ${tag} well, but was rolled back from it (service ${service}).`,
      hint: `Promote what ${from} runs now, or deploy it there again first: \`moorage deploy ${from} --tag ${tag}\`.`,
    };
  }
  if (recorded === undefined) {
    return {
      code: "not-run-well",
      message: `${from} has no good deployment of ${tag} with service ${service} on record.`,
      hint: `Deploy it first: \`moorage deploy ${from} --tag ${tag}\`.`,
    };
  }
  if (recorded === digest) return undefined;
  return {
    code: "tag-moved",
    message: `${source} names ${digest} now, but ${from} ran ${recorded} well under that tag.`,
    hint: "Somebody moved the tag: give the new image its own tag and deploy it first.",
  };
}

function judgePlatform(
  { service, source, platform }: Candidate,
  { platforms }: FoundImage,
): PromotionRefusal | undefined {
  if (platforms.includes(platform)) return undefined;
  return {
    code: "platform",
    message: `${source} is for ${platforms.join(", ") || "no platform"}; service ${service} runs on ${platform}.`,
    hint: `Build it for ${platform}, or set moorage:services.${service}.architecture.`,
  };
}

/**
 * The image's own word on its commit must be its tag's, and the release's, unless it was left out of the release's
 * deployment: then it is of an older commit by intent.
 */
function judgeRevision(
  { tag: own, source }: Candidate,
  { digest, revision, revisions = [revision] }: FoundImage,
  { tag, as, releaseCommit }: Promoted,
): PromotionRefusal | undefined {
  const tagged = commitOfImageTag(own);
  const foreign = foreignTo(own, { digest, revisions });
  if (foreign !== undefined) {
    return {
      code: "revision-mismatch",
      message: `${source} is ${foreign}.`,
      hint: "The tag names another image than this commit's: build the commit again under its own tag, and deploy it.",
    };
  }
  const told = revision ?? tagged;
  if (own !== tag) return undefined;
  if (releaseCommit === undefined || (told !== undefined && releaseCommit.startsWith(told))) return undefined;
  return {
    code: "release-names-another-commit",
    message: `${as} is commit ${releaseCommit}, but ${source} was built from ${told ?? "an unknown commit"}.`,
    hint: `Promote the image of that commit: --tag sha-${releaseCommit.slice(0, 12)}.`,
  };
}

function judgeTaken({ target, taken }: Candidate, { digest }: FoundImage): PromotionRefusal | undefined {
  if (taken === undefined || taken === digest) return undefined;
  return {
    code: "tag-taken",
    message: `${target} is ${taken} already, not ${digest}.`,
    hint: "A release's tag never moves: give this image its own version.",
  };
}
