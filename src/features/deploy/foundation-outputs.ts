import type { Context } from "../../context/context.js";
import { type Foundation, foundationShape } from "../../core/project/schema.js";
import { specOf } from "./spec.js";

/**
 * What a foundation's stack told last, in the one place where it is looked up: its record has it, and only of one that an older
 * version made is the state read. Undefined where there is no such stack. The programs look for themselves under the plain CLI.
 */
export async function foundationOutputs(
  context: Context,
  name: string,
): Promise<Record<string, unknown> | undefined> {
  const known = await recordedOutputs(context, name);
  if (known !== undefined) return known;
  const state = await (await context.engine()).state(specOf(context, name, {}, {}));
  return state?.resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs;
}

/** The same, where only what costs no process will do. */
export async function recordedOutputs(
  { records }: Pick<Context, "records">,
  name: string,
): Promise<Record<string, unknown> | undefined> {
  return (await records.read(name))?.record.foundation;
}

/** A foundation among a stack's outputs, which may be more than its own. */
export function parseFoundation(outputs: object) {
  const own = Object.entries(outputs).filter(([key]) => key in foundationShape.shape);
  return foundationShape.safeParse(Object.fromEntries(own));
}

export function foundationIn(outputs: object | undefined): Foundation | undefined {
  return parseFoundation(outputs ?? {}).data;
}
