import { shortName } from "./values.js";

/**
 * `moorage:scope`: what an app is called among the several of its GitHub repository. GitHub's environments, rulesets, variables
 * and tags of releases carry it, so that no app reaches what is another's.
 */
export const scope = shortName.refine((name) => !/(^|-)v[0-9]/.test(name), {
  error: "must have no part such as v2, which would be taken for a version in a release's tag",
});

interface Scoped {
  scope?: string | undefined;
}

/** GitHub's name of an environment: `dev`, or `api.dev`. No name has a dot, so no app's is another's. */
export function githubEnvironment({ scope: own }: Scoped, name: string): string {
  return own === undefined ? name : `${own}.${name}`;
}

/** What the repository's variables of an app end with: `_WEB_ADMIN`. */
export function variableSuffix({ scope: own }: Scoped): string {
  return own === undefined ? "" : `_${own.toUpperCase().replaceAll("-", "_")}`;
}

/** What stands before the version in a release's tag: `api-` of `api-v1.2.3`. */
export function tagPrefixOf({
  scope: own,
  triggers,
}: Scoped & { triggers: { tagPrefix?: string | undefined } }): string {
  return triggers.tagPrefix ?? (own === undefined ? "" : `${own}-`);
}

/** A pattern of all release tags. A digit keeps it from `api-video-v1.2.3`, which is the app `api-video`'s. */
export function releasePattern(prefix: string): string {
  return prefix === "" ? "v*" : `${prefix}v[0-9]*`;
}
