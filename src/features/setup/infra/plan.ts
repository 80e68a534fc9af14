import { bounds } from "../../../core/bounds.js";
import type { Context } from "../../../context/context.js";
import { inEmptyPlace } from "../../inspect/diff/empty-place.js";
import { onEmptyStack } from "../../inspect/diff/empty-stack.js";
import { specOf } from "../../deploy/spec.js";
import type { Plan } from "../../../adapters/engine/engine.js";
import type { Adoptions } from "./adopt.js";
import type { InfraStack } from "./stack.js";

/** What `infra up` would do, asked of the engine. Nothing is changed. */
export async function planOfInfra(context: Context, infra: InfraStack): Promise<Plan> {
  const record = (await context.records.read(infra.stack))?.record;
  const ask = (exists: boolean) => previewInfraChanges(context, infra, exists);
  if (record?.exists) return ask(true);
  if (infra.kind === "foundation" && (await stateOf(context, infra)) === undefined) {
    return inEmptyPlace(context, infra.settings, (place, settings) =>
      previewInfraChanges(place, { ...infra, settings }, false),
    );
  }
  // The stack of GitHub's settings asks foundations, which are where stacks are kept.
  return onEmptyStack(context, { stack: infra.stack, lockTimeoutMs: 0 }, specOfInfra(context, infra), ask);
}

async function stateOf(context: Context, infra: InfraStack) {
  return (await context.engine()).state(specOfInfra(context, infra));
}

/** Plans an infrastructure stack whose lock the caller holds. A stack that does not exist yet is created, empty. */
export async function previewInfraChanges(
  context: Context,
  infra: InfraStack,
  exists: boolean,
): Promise<Plan> {
  const { reporter, signal } = context;
  reporter.notify({ kind: "step", text: `Planning ${infra.stack}` });
  const [engine, { default: program }] = await Promise.all([
    context.engine(),
    import("../../../../stacks/index.js"),
  ]);
  return engine.preview(specOfInfra(context, infra), {
    program,
    exists,
    signal,
    timeoutMs: bounds.enginePlan,
  });
}

export function specOfInfra(
  context: Context,
  { stack, kind, raw, settings }: InfraStack,
  adoptions: Adoptions = {},
) {
  const adopt = Object.keys(adoptions).length > 0 && { "moorage:adopt": adoptions };
  const overlay = kind === "foundation" ? context.target.foundationOverlay : { ...adopt };
  return specOf(context, stack, { ...raw, ...overlay }, settings);
}
