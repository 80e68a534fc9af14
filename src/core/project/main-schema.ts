import { z } from "zod";
import { anyText, flag, oneOf, strict, textMatching, wholeNumber } from "./values.js";

/** What GitHub matches the name of the ref that runs with: `main`, `release/*`, `refs/pull/*\/merge`. */
export const pattern = textMatching(
  /^[A-Za-z0-9][A-Za-z0-9._/*?-]{0,199}$/,
  "a pattern of branch or tag names, such as v*",
);

/** `moorage:main`: the repository's default branch, and what a pull request to it needs. */
export const main = strict({
  /** Its name. The driver sets what git or GitHub says where the configuration names none. */
  branch: pattern.default("main"),
  /** False leaves the branch to rules that others have made. */
  protect: flag.default(true),
  /** `evaluate` (organizations only) tells what would be refused. */
  enforcement: oneOf(["active", "evaluate", "disabled"]).default("active"),
  /** Approving reviews that a pull request needs. */
  approvals: wholeNumber(0, 10).default(1),
  codeOwners: flag.default(false),
  /** Whether an administrator may merge a pull request without them: a single maintainer has nobody to ask. */
  adminsBypass: flag.default(true),
  dismissStaleApprovals: flag.default(true),
  /** Status checks that must have passed, by the names that a commit shows. */
  checks: z.array(anyText.min(1), { error: "must be a list of check names" }).default([]),
  /** Whether the branch must be up to date before it is merged. */
  upToDate: flag.default(true),
});

/** The branch that a stack's configuration names; undefined where it names none, or a pattern. */
export function branchNamedIn(config: Readonly<Record<string, unknown>>): string | undefined {
  const named = config["moorage:main"];
  if (typeof named !== "object" || named === null || !("branch" in named)) return undefined;
  const { branch } = named;
  return typeof branch === "string" && /^[A-Za-z0-9][A-Za-z0-9._/-]*$/.test(branch) ? branch : undefined;
}
