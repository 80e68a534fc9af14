/** What a stack's name says that it is. */
export type StackKind = "environment" | "preview" | "foundation" | "github";

/**
 * GitHub's environments that are no stack's: jobs of pull requests, plans and builds run there, and a role that trusts one of them is
 * taken by all of these. The role that deploys a stack trusts the environment of the stack's name.
 */
export const jobEnvironments: readonly string[] = ["build", "plan", "preview", "preview-forks"];

/**
 * The kind of a stack by its name alone; undefined where no stack may have the name. `pr` and `pr-...` are kept for
 * previews, whatever follows, so that no environment looks like one (F36).
 */
export function stackKind(name: string): StackKind | undefined {
  if (/^pr-[1-9][0-9]{0,6}$/.test(name)) return "preview";
  if (/^pr(-|$)/.test(name)) return undefined;
  if (name === "github") return "github";
  const foundation = /^foundation-(.+)$/.exec(name)?.[1];
  if (foundation !== undefined) return stackKind(foundation) === "environment" ? "foundation" : undefined;
  if (name === "foundation" || jobEnvironments.includes(name)) return undefined;
  return /^(?=.{1,20}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) ? "environment" : undefined;
}
