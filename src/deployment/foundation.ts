import type { Config, Foundation } from "../config/schema.js";
import type { Context } from "../context.js";

/** The foundation that is meant: the target's own, else the configuration's; a stack's name where only that is known. */
export function foundationOf({ target }: Context, config: Pick<Config, "foundation">): Config["foundation"] {
  return (target.overlay["moorage:foundation"] as Foundation | undefined) ?? config.foundation;
}

/** The same as far as it is known without looking into a stack: nothing of one that is named only. */
export function knownFoundation(context: Context, config: Pick<Config, "foundation">): Partial<Foundation> {
  const foundation = foundationOf(context, config);
  return typeof foundation === "string" ? {} : foundation;
}
