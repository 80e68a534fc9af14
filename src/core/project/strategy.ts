import type { Config } from "./schema.js";

/** How new tasks take the place of old ones: what declares a strategy and what carries it out are each a table by this name. */
export type StrategyName = "rolling";

/** The strategy that a configuration asks for: rolling is the only one yet. */
export function strategyNameOf(_config: Pick<Config, "deployment">): StrategyName {
  return "rolling";
}
