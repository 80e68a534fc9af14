import type { Context } from "../context.js";
import type { StackSpec, StateResource } from "../engine/engine.js";
import { storedResources } from "../engine/stored-state.js";
import type { Share } from "../../stacks/components/capacity.js";

type Capacity = Record<string, readonly Share[]>;

const ecsService = "aws:ecs/service:Service";

/**
 * By service, the capacity provider strategy in the stack's state: what the provider compares the program with. Only a state
 * that is not plain files or objects costs a process of the engine.
 */
export async function capacityInPlace(
  context: Pick<Context, "engine">,
  spec: StackSpec,
  exists: boolean,
): Promise<Capacity> {
  if (!exists) return {};
  const stored = await storedResources(spec);
  const resources = stored ?? (await (await context.engine()).state(spec))?.resources;
  return capacityOf(resources ?? []);
}

/** Services without a strategy are left out: to or from none there is no way in place. */
export function capacityOf(resources: readonly StateResource[]): Capacity {
  const services = resources.filter(({ type }) => type === ecsService);
  return Object.fromEntries(
    services.flatMap(({ name, inputs, outputs }) => {
      const strategy = outputs["capacityProviderStrategies"] ?? inputs["capacityProviderStrategies"];
      return Array.isArray(strategy) && strategy.length > 0 ? [[name, strategy as Share[]]] : [];
    }),
  );
}
