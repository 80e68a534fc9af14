import type { ServiceArgs as EcsServiceArgs } from "@pulumi/aws/ecs/service.js";
import type { Config } from "../../../src/core/project/schema.js";
import type { StrategyName } from "../../../src/core/project/strategy.js";
import { strategyNameOf } from "../../../src/core/project/strategy.js";
import { rollingDeployment } from "./rolling.js";

/** What an ECS service is told of how its new tasks take the place of old ones. One file per strategy. */
export type DeclaredStrategy = Pick<
  EcsServiceArgs,
  "deploymentMinimumHealthyPercent" | "deploymentMaximumPercent" | "deploymentCircuitBreaker"
>;

type Deployment = Config["deployment"];

const strategies: Record<StrategyName, (deployment: Deployment) => DeclaredStrategy> = {
  rolling: rollingDeployment,
};

export function declareStrategy(deployment: Deployment): DeclaredStrategy {
  return strategies[strategyNameOf({ deployment })](deployment);
}
