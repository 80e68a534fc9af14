import { checkTag, commitTag } from "../../../core/project/tag.js";
import { parseEnvironment } from "../../../core/project/stack.js";
import { badRequest } from "../../../core/errors.js";
import type { GitHubRun } from "../../../adapters/github/event.js";
import type { Trigger } from "./release-plan.js";
import { releaseKind } from "../../../core/project/release-tag.js";

/** What a person said instead of an event. */
export interface TriggerInput {
  environment: string | undefined;
  tag: string | undefined;
  promote: boolean;
}

/**
 * What started this: the words of a person, else the run's event. A version without an environment is looked at as if its
 * release was published. Raises (exit 2) `occasion-missing`, `tag-missing`, `tag-invalid`, `not-an-environment`.
 */
export function occasionOf(asked: TriggerInput, run: GitHubRun | undefined, main?: string): Trigger {
  const { promote } = asked;
  const environment = asked.environment ?? run?.inputs["environment"];
  const tag = asked.tag ?? run?.inputs["tag"];
  if (environment !== undefined && environment !== "") {
    return {
      kind: "dispatch",
      environment: parseEnvironment(environment),
      tag: checkTag(tag ?? noTag()),
      promote,
    };
  }
  if (tag !== undefined && tag !== "") return published(checkTag(tag));
  return run === undefined ? missing("This is not a GitHub workflow run.") : eventOf(run, main);
}

function published(tag: string): Trigger {
  const prerelease = releaseKind(tag) === "prerelease";
  return { kind: "release", tag, prerelease, draft: false, action: "published" };
}

function eventOf({ event, action, ref, commit, release, defaultBranch }: GitHubRun, main?: string): Trigger {
  if (release !== undefined) {
    return { kind: "release", ...release, action: action ?? "published", commitTag: commitTag(commit) };
  }
  const [, kind, name = ""] = /^refs\/(heads|tags)\/(.+)$/.exec(ref) ?? [];
  if (event !== "push" || kind === undefined) return missing(`The run's event, ${event}, deploys nothing.`);
  return kind === "tags"
    ? { kind: "tag", tag: checkTag(name), commitTag: commitTag(commit) }
    : {
        kind: "branch",
        branch: name,
        defaultBranch: main ?? defaultBranch,
        commitTag: commitTag(commit),
      };
}

function missing(why: string): never {
  throw badRequest(
    "occasion-missing",
    `The version to deploy is required. ${why}`,
    "Name a version, as in --tag v1.2.3, and with --environment one environment of it.",
  );
}

function noTag(): never {
  throw badRequest("tag-missing", "The version is required.", "Pass it, as in --tag v1.2.3.");
}
