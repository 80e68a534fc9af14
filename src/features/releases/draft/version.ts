import semver from "semver";
import { ownReleaseKind, releaseVersion } from "../../../core/project/release-tag.js";

export type Bump = "patch" | "minor" | "major";

/**
 * The version after the highest one published, pre-releases included: after `v1.3.0-rc.1` a patch is `v1.3.0`. Tags that
 * are no versions of the app do not count; the first version of all follows `v0.0.0`. `prefix`: what its tags begin with.
 */
export function nextVersion(published: readonly string[], bump: Bump, prefix = ""): string {
  const versions = published.flatMap((tag) => releaseVersion(tag, prefix) ?? []);
  return `${prefix}v${semver.inc(highestOf(versions) ?? "v0.0.0", bump) ?? ""}`;
}

/** The highest of the versions that are no pre-releases: what the notes begin after. */
export function lastRelease(published: readonly string[], prefix = ""): string | undefined {
  const releases = published.filter((tag) => ownReleaseKind(tag, prefix) === "release");
  const highest = highestOf(releases.flatMap((tag) => releaseVersion(tag, prefix) ?? []));
  return highest === undefined ? undefined : `${prefix}${highest}`;
}

/** Of two versions of the app. */
export function higher(a: string, b: string, prefix = ""): string {
  return semver.gt(a.slice(prefix.length), b.slice(prefix.length)) ? a : b;
}

function highestOf(versions: readonly string[]): string | undefined {
  return [...versions].sort(semver.rcompare)[0];
}
