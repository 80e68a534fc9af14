import { bounds } from "../../../core/bounds.js";
import type { Context } from "../../../context/context.js";
import { proveAbsence } from "../../deploy/absence.js";
import { recover } from "../../deploy/recover.js";
import { resourceTeller } from "../../deploy/resources.js";
import { MoorageError } from "../../../core/errors.js";
import type { HeldStack } from "../../../adapters/record/lock.js";
import { remaining } from "./remaining.js";
import { claimAlone, refuseTenants } from "./tenants.js";
import { withInfraLock } from "./lock.js";
import { lookupInfra } from "./lookup.js";
import { specOfInfra } from "./plan.js";
import type { InfraStack } from "./stack.js";

/** The stable JSON of `infra destroy`. */
export interface InfraDestroyResult {
  stack: string;
  result: "destroyed" | "absent";
  /** Resources that the engine deleted. */
  deleted: number;
  durationMs: number;
}

/**
 * Destroys a foundation or the GitHub stack, with the result `absent` if it does not exist. Refused (exit 4) before anything
 * changes while environments or previews stand on it, or something in it is protected.
 */
export function infraDestroy(
  context: Context,
  infra: InfraStack,
  lockTimeoutMs: number,
): Promise<InfraDestroyResult> {
  return withInfraLock(context, { stack: infra.stack, operation: "destroy", lockTimeoutMs }, async (held) => {
    const done = await carryOut(context, infra, held);
    await held.remove();
    return done;
  });
}

async function carryOut(
  context: Context,
  infra: InfraStack,
  held: HeldStack,
): Promise<Pick<InfraDestroyResult, "result" | "deleted">> {
  const { reporter, signal } = context;
  const spec = specOfInfra(context, infra);
  const lookup = lookupInfra(context, infra);
  await refuseTenants(context, infra, held);
  await recover(context, held, spec, { lookup, leavesOthers: true });
  const engine = await context.engine();
  const resources = (await engine.state(spec))?.resources ?? [];
  const kept = resources.filter((resource) => resource.protected).map(({ type, name }) => kindOf(type, name));
  if (kept.length > 0) throw isProtected(infra.stack, kept);
  await claimAlone(context, infra, held, resources);
  reporter.notify({ kind: "step", text: `Destroying ${infra.stack}` });
  const done = await engine.destroy(spec, {
    signal,
    timeoutMs: bounds.engineInfra,
    onResource: resourceTeller(reporter),
  });
  await proveAbsence(context, infra.stack, () => remaining(context, infra, { lookup, resources }));
  return done;
}

function kindOf(type: string, name: string): string {
  return `${type.split(":").at(-1) ?? type} ${name}`;
}

function isProtected(stack: string, kept: readonly string[]): MoorageError {
  return new MoorageError({
    code: "protected",
    message: `${stack} has protected resources: ${kept.join(", ")}.`,
    hint: "Set `protect: false` in its yaml and run `moorage infra up` first, if you want to destroy all of it.",
  });
}
