import { asPart } from "../../core/project/aws-names.js";
import { families, removeFamily } from "../../adapters/aws/task-definitions.js";
import type { Invocation } from "../../core/command.js";
import type { Context } from "../../context/context.js";
import { withContext } from "../../context/with-context.js";
import { asMoorageError, MoorageError } from "../../core/errors.js";
import { pullRequestOf } from "../../core/project/preview-names.js";
import { readPreviewBase } from "../../context/preview-stack.js";

/** The stable JSON of `preview sweep --families`. */
export interface SweptFamilies {
  dryRun: boolean;
  /** Of previews that are gone: what was removed, or would be. */
  families: string[];
  /** How many could not be removed. */
  failed: number;
}

/**
 * Removes the task definitions of previews that are gone: IAM cannot say whose revisions a role may deregister, so it takes the
 * role of their base environment. One that fails does not keep the others; the error at the end (exit 1) names them all.
 */
export async function sweepFamilies(
  invocation: Invocation,
  { dryRun }: { dryRun: boolean },
): Promise<SweptFamilies> {
  const { place, config } = await readPreviewBase(invocation.cwd);
  return withContext(invocation, place, async (context) => {
    const gone = await familiesOfGone(context, config.app);
    if (dryRun) return { dryRun, families: gone, failed: 0 };
    const removed: string[] = [];
    const failures: string[] = [];
    for (const family of gone) {
      context.signal.throwIfAborted();
      const owner = { project: context.project, stack: stackOf(family) ?? "" };
      try {
        // AWS names a family for a while whose revisions it deletes.
        if ((await removeFamily(context.aws, family, owner)) > 0) removed.push(family);
      } catch (error) {
        failures.push(`${family} (${asMoorageError(error).message})`);
      }
    }
    const swept = { dryRun, families: removed, failed: failures.length };
    if (failures.length > 0) throw incomplete(failures, swept);
    return swept;
  });
}

/** A preview that comes up meanwhile has its record before its first revision, so records are read second. */
async function familiesOfGone({ aws, records }: Context, app: string): Promise<string[]> {
  const prefix = `${asPart(app)}-`;
  const found = await families(aws, prefix);
  const live = new Set((await records.list()).map(({ stack }) => stack));
  return found.filter((family) => {
    const stack = stackOf(family);
    return stack !== undefined && !live.has(stack);
  });
}

function stackOf(family: string): string | undefined {
  const stack = /-(pr-[0-9]+)$/.exec(family)?.[1];
  return stack === undefined || pullRequestOf(stack) === undefined ? undefined : stack;
}

function incomplete(failures: readonly string[], swept: SweptFamilies): MoorageError {
  return new MoorageError({
    code: "sweep-incomplete",
    message: `Not removed: ${failures.join(", ")}; the others were processed.`,
    hint: "Only the base environment's role may remove them, not the previews' role; the next sweep tries again.",
    result: { ...swept },
  });
}

/** For people. */
export function describeFamilies({ dryRun, families: gone }: SweptFamilies): string {
  if (gone.length === 0) return "No task definitions of destroyed previews.\n";
  return `${dryRun ? "Would remove" : "Removed"} the task definitions of ${gone.join(", ")}\n`;
}
