import { isWholeCommit } from "./commit.js";

const release = /^v(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?<pre>-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$/;

/** What stands before a version: the name of one app of several, and a hyphen. */
const prefixed = /^[A-Za-z0-9_][A-Za-z0-9_.-]*?-(?=v[0-9]+\.[0-9]+\.[0-9]+(?![0-9.]))/;

export type ReleaseKind = "release" | "prerelease";

/**
 * `v1.2.3` is a release, `v1.2.3-rc.1` a pre-release, and so are `api-v1.2.3` and `api-v1.2.3-rc.1` of one app of several;
 * undefined for any other tag. Source: semver.org, 2.0.0.
 */
export function releaseKind(tag: string): ReleaseKind | undefined {
  return kindOf(tag) ?? kindOf(tag.replace(prefixed, ""));
}

/** The same for an app's own versions alone, whose tags begin with its prefix: `api-`, or nothing. */
export function ownReleaseKind(tag: string, prefix: string): ReleaseKind | undefined {
  const version = releaseVersion(tag, prefix);
  return version === undefined ? undefined : kindOf(version);
}

/** `v1.2.3` of `api-v1.2.3`; undefined for what is no version of the app. */
export function releaseVersion(tag: string, prefix: string): string | undefined {
  const version = tag.startsWith(prefix) ? tag.slice(prefix.length) : undefined;
  return version !== undefined && release.test(version) ? version : undefined;
}

function kindOf(version: string): ReleaseKind | undefined {
  const match = release.exec(version);
  if (match === null) return undefined;
  return match.groups?.["pre"] === undefined ? "release" : "prerelease";
}

/** The commit's first 12 digits where the tag is a commit's own: `sha-0123456789ab`. */
export function commitOfImageTag(tag: string): string | undefined {
  return /^sha-([0-9a-f]{12})$/.exec(tag)?.[1];
}

/** An image as its tag named it, with what it says of its origin. */
export interface Told {
  digest: string;
  /** Commits in `org.opencontainers.image.revision`: of the image, or of an index and each of its images. */
  revisions: readonly (string | undefined)[];
}

/**
 * Why an image is not believed to be of the commit that its tag stands for; undefined where it is, and for tags that stand
 * for none. Whoever may push can push other bytes under a commit's tag: every image under it has to say its commit. `whole`:
 * the commit, where more than the tag's 12 digits are known.
 */
export function foreignTo(tag: string, { digest, revisions }: Told, whole?: string): string | undefined {
  const commit = whole ?? commitOfImageTag(tag);
  if (commit === undefined) return undefined;
  const isOurs = (revision: string | undefined) => isWholeCommit(revision) && revision.startsWith(commit);
  if (revisions.length > 0 && revisions.every(isOurs)) return undefined;
  const foreign = revisions.find((revision) => !isOurs(revision));
  return foreign === undefined
    ? `${digest}, which does not say that it was built from commit ${commit}`
    : `${digest}, which was built from commit ${shown(foreign)}, not from ${commit}`;
}

/** Whatever its label says: a message holds one short line of it. */
function shown(revision: string): string {
  return /^[\w.-]{1,64}$/.test(revision) ? revision : JSON.stringify(revision.slice(0, 64));
}
