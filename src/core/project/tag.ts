import { badRequest } from "../errors.js";
import { wholeCommitPattern } from "./commit.js";

/** Where a tag came from, for the person who wonders. */
export interface ChosenTag {
  tag: string;
  source: "flag" | "environment" | "deployed" | "latest" | "commit";
}

/** Source: OCI distribution specification, "Pulling manifests". */
const grammar = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

/** The tag as typed. Throws a bad request, code `tag-invalid`. */
export function checkTag(tag: string): string {
  if (grammar.test(tag)) return tag;
  const shown =
    tag.length > 60
      ? `${JSON.stringify(tag.slice(0, 57))}... (${tag.length} characters)`
      : JSON.stringify(tag);
  throw badRequest(
    "tag-invalid",
    `${shown} is not an image tag.`,
    "A tag has 1 to 128 letters, digits, dots, hyphens and underscores, and does not begin with a dot or a hyphen.",
  );
}

/** A commit's tag: `sha-` and its first 12 characters. Throws a bad request, code `commit-invalid`. */
export function commitTag(commit: string): string {
  if (wholeCommitPattern.test(commit)) return `sha-${commit.slice(0, 12)}`;
  throw badRequest(
    "commit-invalid",
    `${JSON.stringify(commit.slice(0, 80))} is not a commit.`,
    "Give the full commit: 40 hexadecimal digits in lower case, as `git rev-parse HEAD` prints them.",
  );
}

/** An environment's tag: the flag, `MOORAGE_IMAGE_TAG`, what is deployed now, `latest`. An empty variable is none. */
export function environmentTag(given: { flag?: string; env?: string; deployed?: string }): ChosenTag {
  const asked = askedTag(given);
  if (asked) return asked;
  if (given.deployed !== undefined) return { tag: checkTag(given.deployed), source: "deployed" };
  return { tag: "latest", source: "latest" };
}

/**
 * A preview's tag: the flag, `MOORAGE_IMAGE_TAG`, the PR's head commit, and nothing else: a preview never shows code that
 * is not its PR's. Throws a bad request, code `tag-missing`.
 */
export function previewTag(given: { flag?: string; env?: string; headCommit?: string }): ChosenTag {
  const asked = askedTag(given);
  if (asked) return asked;
  if (given.headCommit !== undefined) return { tag: commitTag(given.headCommit), source: "commit" };
  throw badRequest(
    "tag-missing",
    "The preview's image tag is required.",
    "Name its tag with --tag or MOORAGE_IMAGE_TAG; in a workflow run it is the head commit's.",
  );
}

function askedTag({ flag, env }: { flag?: string; env?: string }): ChosenTag | undefined {
  if (flag !== undefined) return { tag: checkTag(flag), source: "flag" };
  return env === undefined || env === "" ? undefined : { tag: checkTag(env), source: "environment" };
}
