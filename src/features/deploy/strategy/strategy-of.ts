import type { Config } from "../../../core/project/schema.js";
import { rolling } from "./rolling.js";
import type { DeploymentStrategy } from "./strategy.js";

/** The strategy that a configuration asks for: rolling is the only one yet. */
export function strategyOf(_config: Pick<Config, "deployment">): DeploymentStrategy {
  return rolling;
}
