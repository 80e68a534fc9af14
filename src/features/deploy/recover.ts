import { bounds } from "../../core/bounds.js";
import { lookupOn } from "../../adapters/aws/lookup.js";
import type { Context } from "../../context/context.js";
import type { Lookup, StackSpec } from "../../adapters/engine/engine.js";
import type { HeldStack } from "../../adapters/record/lock.js";

export interface Recovery {
  lookup?: Lookup;
  /** For a destroy: what has our names and is somebody else's is left alone, and said. */
  leavesOthers?: boolean;
}

/**
 * Puts right what a run that was killed or failed left (F7): its state lock, and operations that it had begun, each looked up on the
 * target. A stack whose last run ended well costs nothing.
 */
export async function recover(
  context: Context,
  held: HeldStack,
  spec: StackSpec,
  { lookup = lookupOn(context.aws), leavesOthers = false }: Recovery = {},
): Promise<void> {
  if (held.record.unclean !== true) return;
  context.reporter.notify({
    kind: "step",
    text: `Resolving unfinished operations of ${spec.stack}`,
  });
  const engine = await context.engine();
  const { former } = held;
  const { adopted, forgotten, others } = await engine.repair(spec, lookup, {
    leavesOthers,
    signal: context.signal,
    timeoutMs: bounds.engineRepair,
    // Of a run here the notes of its engines tell; one that GitHub ended has taken its machine with it.
    gone: former?.owner.run === undefined ? undefined : { host: former.owner.host, since: former.since },
  });
  for (const urn of adopted) context.reporter.notify({ kind: "detail", text: `adopted ${nameOf(urn)}` });
  for (const urn of forgotten)
    context.reporter.notify({ kind: "detail", text: `did not exist, creating again: ${nameOf(urn)}` });
  for (const { what } of others)
    context.reporter.notify({
      kind: "warning",
      text: `Left alone, because it is not ${spec.stack}'s: ${what}`,
    });
  await held.update({ unclean: false });
}

function nameOf(urn: string): string {
  return urn.split("::").slice(-2).join(" ");
}
