/** What a stack's name says that it is. */
export type StackKind = "environment" | "preview" | "foundation" | "github";

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
  return /^(?=.{1,20}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) && name !== "foundation"
    ? "environment"
    : undefined;
}
