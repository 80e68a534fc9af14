import semver from "semver";
import { releaseKind } from "../../../core/project/release-tag.js";

export type Bump = "patch" | "minor" | "major";

/**
 * The version after the highest one published, pre-releases included: after `v1.3.0-rc.1` a patch is `v1.3.0`. Tags that
 * are no versions do not count; the first version of all follows `v0.0.0`.
 */
export function nextVersion(published: readonly string[], bump: Bump): string {
  const highest = highestOf(published.filter((tag) => releaseKind(tag) !== undefined)) ?? "v0.0.0";
  return `v${semver.inc(highest, bump) ?? ""}`;
}

/** The highest of the versions that are no pre-releases: what the notes begin after. */
export function lastRelease(published: readonly string[]): string | undefined {
  return highestOf(published.filter((tag) => releaseKind(tag) === "release"));
}

export function higher(a: string, b: string): string {
  return semver.gt(a, b) ? a : b;
}

function highestOf(tags: readonly string[]): string | undefined {
  return [...tags].sort(semver.rcompare)[0];
}
