import { ownReleaseKind, releaseKind, releaseVersion } from "../../../core/project/release-tag.js";
import {
  environmentsOfBranch,
  environmentsOfTag,
  neighbour,
  type Triggers,
} from "../../../core/project/trigger-rules.js";

/** What started a run, as far as releases go. */
export type Trigger =
  | { kind: "branch"; branch: string; defaultBranch: string | undefined; commitTag: string }
  | ({ kind: "tag" } & Version)
  | ({ kind: "release"; prerelease: boolean; draft: boolean; action: string } & Version)
  | { kind: "dispatch"; environment: string; tag: string; promote: boolean };

interface Version {
  tag: string;
  /** The image tag of the commit that the tag names, where the run knows it. */
  commitTag?: string;
}

/** How a release comes to an environment (`moorage:release`). */
export type Gate = "auto" | "approval" | "manual";

/** One environment of the train. */
export interface ReleaseStep {
  environment: string;
  /** Where its bytes are promoted from; null where they are in its registry already. */
  from: string | null;
  /** The image tag that it runs in the end. */
  tag: string;
  gate: Gate;
}

export interface ReleasePlan {
  /** What this run deploys, one after another. */
  stops: ReleaseStep[];
  /** What a person deploys from there on, by hand. */
  manual: ReleaseStep[];
  /** Where the commit's image must be built first, for that environment's registry; null where nothing is built. */
  build: string | null;
  /** Why nothing is deployed. */
  reason?: string;
}

export interface TrainConfig {
  triggers: Triggers;
  /** What stands before the version in the tags of the app's releases. */
  tagPrefix?: string;
  /** By environment; those that are not named are `auto`. */
  release: Readonly<Record<string, Gate>>;
}

/** Why an occasion deploys nothing although it was meant to. */
export interface Disagreement {
  message: string;
  hint: string;
}

/** A release's tag and its flag must say the same, else nobody knows what was meant. */
export function judgeRelease(occasion: Trigger, prefix = ""): Disagreement | undefined {
  if (occasion.kind !== "release") return undefined;
  const { tag, prerelease } = occasion;
  if (isAnothers(tag, prefix)) return undefined;
  const kind = ownReleaseKind(tag, prefix);
  if (kind === undefined) {
    return {
      message: `The release ${tag} is not a version, so its environments are unknown.`,
      hint: `Give it a tag such as ${prefix}v1.2.3, or ${prefix}v1.2.3-rc.1 for a pre-release.`,
    };
  }
  if (prerelease === (kind === "prerelease")) return undefined;
  return prerelease
    ? {
        message: `The release ${tag} is marked as a pre-release, but its tag is that of a release.`,
        hint: "Clear its mark `pre-release`, or give it a tag such as v1.2.3-rc.1; then publish it again.",
      }
    : {
        message: `The tag ${tag} is that of a pre-release, but the release is not marked as one.`,
        hint: "Mark it as a pre-release, or give it a tag such as v1.2.3; then publish it again.",
      };
}

/** Whether the tag is a version of another app of the repository. */
export function isAnothers(tag: string, prefix: string): boolean {
  return releaseKind(tag) !== undefined && ownReleaseKind(tag, prefix) === undefined;
}

/** What the occasion deploys, in which order, and from where each environment's bytes come. */
export function planTrain(occasion: Trigger, config: TrainConfig): ReleasePlan {
  const reached = environmentsOf(occasion, config);
  if (typeof reached === "string") return { stops: [], manual: [], build: null, reason: reached };
  const stops = [...new Set(reached)].map((environment, at, all): ReleaseStep => {
    const from = originOf(occasion, environment, all[at - 1], config.triggers) ?? null;
    const gate = config.release[environment] ?? "auto";
    return { environment, from, tag: tagOf(occasion, from), gate };
  });
  const [now, later] = occasion.kind === "dispatch" ? [stops, []] : untilManual(stops);
  const build = occasion.kind === "branch" ? (now[0]?.environment ?? null) : null;
  const reason = `${later[0]?.environment ?? ""} is deployed by hand (moorage:release).`;
  return { stops: now, manual: later, build, ...(now.length === 0 && { reason }) };
}

function untilManual(stops: ReleaseStep[]): [ReleaseStep[], ReleaseStep[]] {
  const end = stops.findIndex(({ gate }) => gate === "manual");
  return end < 0 ? [stops, []] : [stops.slice(0, end), stops.slice(end)];
}

/** A version is what a promotion makes of a commit's image; where nothing is promoted, that image itself runs. */
function tagOf(occasion: Trigger, from: string | null): string {
  if (occasion.kind === "branch") return occasion.commitTag;
  if (occasion.kind === "dispatch" || from !== null) return occasion.tag;
  return occasion.commitTag ?? occasion.tag;
}

/** The environments, or why there are none. */
function environmentsOf(
  occasion: Trigger,
  { triggers, tagPrefix = "" }: TrainConfig,
): readonly string[] | string {
  if ((occasion.kind === "tag" || occasion.kind === "release") && isAnothers(occasion.tag, tagPrefix))
    return `${occasion.tag} is a version of another app (moorage:triggers.tagPrefix).`;
  switch (occasion.kind) {
    case "dispatch":
      return [occasion.environment];
    case "branch": {
      const { branch, defaultBranch } = occasion;
      return some(environmentsOfBranch(branch, defaultBranch, triggers), `A push to ${branch}`);
    }
    case "tag":
      return some(
        environmentsOfTag(releaseVersion(occasion.tag, tagPrefix) ?? occasion.tag, triggers),
        `Pushing the tag ${occasion.tag}`,
      );
    case "release":
      return environmentsOfRelease(occasion, triggers);
  }
}

function environmentsOfRelease(
  { tag, draft, action }: Extract<Trigger, { kind: "release" }>,
  triggers: Triggers,
): readonly string[] | string {
  if (draft) return `${tag} is a draft.`;
  if (action === "edited" && !triggers.edited)
    return "Editing a release deploys nothing (moorage:triggers.edited is not set).";
  if (action !== "published" && action !== "edited")
    return `A release that was ${action} deploys nothing; a published one does.`;
  const kind = releaseKind(tag) === "prerelease" ? "prerelease" : "release";
  return some(triggers[kind], kind === "release" ? "A release" : "A pre-release");
}

function some(environments: readonly string[], occasion: string): readonly string[] | string {
  return environments.length > 0 ? environments : `${occasion} deploys nothing (moorage:triggers).`;
}

/**
 * The environment before it in its own list; before the first one, what pushes to the main branch reach last. A push's
 * first environment is built for.
 */
function originOf(
  occasion: Trigger,
  environment: string,
  before: string | undefined,
  triggers: Triggers,
): string | undefined {
  if (before !== undefined || occasion.kind === "branch") return before;
  if (occasion.kind === "dispatch") return occasion.promote ? neighbour(environment, triggers) : undefined;
  return triggers.main.includes(environment) ? undefined : triggers.main.at(-1);
}
