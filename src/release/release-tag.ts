const release = /^v(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?<pre>-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$/;

/** `v1.2.3` is a release, `v1.2.3-rc.1` a pre-release; undefined for any other tag. Source: semver.org, 2.0.0. */
export function releaseKind(tag: string): "release" | "prerelease" | undefined {
  const match = release.exec(tag);
  if (match === null) return undefined;
  return match.groups?.["pre"] === undefined ? "release" : "prerelease";
}

/** The commit's first 12 digits where the tag is a commit's own: `sha-0123456789ab`. */
export function commitOfImageTag(tag: string): string | undefined {
  return /^sha-([0-9a-f]{12})$/.exec(tag)?.[1];
}
