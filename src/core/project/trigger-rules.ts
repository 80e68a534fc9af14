import { releaseKind } from "./release-tag.js";

/** Which environments what happens to the repository deploys, each list in the order of deployment (`moorage:triggers`). */
export interface Triggers {
  /** A push to the default branch, unless `branches` names it. */
  main: readonly string[];
  /** A published release of a version with a hyphen: `v1.2.3-rc.1`. */
  prerelease: readonly string[];
  /** A published release: `v1.2.3`. */
  release: readonly string[];
  /** Pushes, by the branch's name or a pattern of it. */
  branches: Readonly<Record<string, readonly string[]>>;
  /** Pushed version tags, by pattern. */
  tags: Readonly<Record<string, readonly string[]>>;
  /** What stands before the version in the tags of the app's releases. */
  tagPrefix?: string | undefined;
  /** Whether editing a published release deploys it again. */
  edited: boolean;
}

/** What a push to the branch deploys. */
export function environmentsOfBranch(
  branch: string,
  defaultBranch: string | undefined,
  triggers: Triggers,
): readonly string[] {
  const pattern = bestPattern(branch, Object.keys(triggers.branches));
  if (pattern !== undefined) return triggers.branches[pattern] ?? [];
  return branch === defaultBranch ? triggers.main : [];
}

/**
 * What a pushed tag deploys: only versions do. `v*` means releases; a pattern reaches pre-releases by a hyphen of its
 * own (`v*-rc.*`), so that no release candidate comes where only releases are meant.
 */
export function environmentsOfTag(tag: string, { tags }: Pick<Triggers, "tags">): readonly string[] {
  const kind = releaseKind(tag);
  const patterns = Object.keys(tags).filter((one) => kind === kindOfPattern(one));
  const pattern = kind === undefined ? undefined : bestPattern(tag, patterns);
  return pattern === undefined ? [] : (tags[pattern] ?? []);
}

/** Where a pre-release may go: nowhere else, by whatever way it comes. */
export function environmentsOfPrereleases(triggers: Pick<Triggers, "prerelease" | "tags">): string[] {
  const tagged = Object.entries(triggers.tags).filter(([pattern]) => kindOfPattern(pattern) === "prerelease");
  return [...new Set([...triggers.prerelease, ...tagged.flatMap(([, environments]) => environments)])];
}

/** Every environment that something deploys, in the order in which a version comes to them. */
export function triggeredEnvironments({ main, prerelease, release, branches, tags }: Triggers): string[] {
  const pushed = Object.values(branches).flat();
  return [...new Set([...main, ...pushed, ...prerelease, ...Object.values(tags).flat(), ...release])];
}

function kindOfPattern(pattern: string): "release" | "prerelease" {
  return pattern.includes("-") ? "prerelease" : "release";
}

/** The name itself, else the pattern that says most about it: the one with the most characters that stand for themselves. */
function bestPattern(name: string, patterns: readonly string[]): string | undefined {
  if (patterns.includes(name)) return name;
  const weight = (pattern: string) => pattern.replaceAll("*", "").length;
  return patterns
    .filter((pattern) => matchesPattern(name, pattern))
    .sort((a, b) => weight(b) - weight(a) || a.localeCompare(b))[0];
}

/**
 * `*` stands for any characters but a slash, `**` for any at all.
 * Source: GitHub, "Workflow syntax", "Filter pattern cheat sheet".
 */
export function matchesPattern(name: string, pattern: string): boolean {
  const parts = pattern.split(/(\*+)/).map((part) => {
    if (part === "*") return "[^/]*";
    return part.startsWith("*") ? ".*" : part.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("")}$`).test(name);
}

/** Where a version named by a person would have come from by itself. */
export function neighbour(
  environment: string,
  { release, prerelease, main, tags }: Triggers,
): string | undefined {
  if (main.includes(environment)) return main[main.indexOf(environment) - 1];
  const lists = [release, prerelease, ...Object.values(tags)];
  const list = lists.find((one) => one.includes(environment));
  if (list === undefined) return undefined;
  return list[list.indexOf(environment) - 1] ?? main.at(-1);
}
