import type { Config } from "../../../core/project/schema.js";
import { strategyNameOf, type StrategyName } from "../../../core/project/strategy.js";
import { rolling } from "./rolling.js";
import type { DeploymentStrategy } from "./strategy.js";

const strategies: Record<StrategyName, DeploymentStrategy> = { rolling };

/** What carries out the strategy that a configuration asks for. */
export function strategyOf(config: Pick<Config, "deployment">): DeploymentStrategy {
  return strategies[strategyNameOf(config)];
}
