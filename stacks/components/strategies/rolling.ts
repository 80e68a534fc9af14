import type { Config } from "../../../src/core/project/schema.js";
import type { DeclaredStrategy } from "./declared.js";

/** New tasks take the place of old ones, a few at a time; ECS's circuit breaker ends a rollout that cannot succeed. */
export function rollingDeployment({
  minimumHealthyPercent,
  maximumPercent,
  rollbackOnFailure,
}: Config["deployment"]): DeclaredStrategy {
  return {
    deploymentMinimumHealthyPercent: minimumHealthyPercent,
    deploymentMaximumPercent: maximumPercent,
    deploymentCircuitBreaker: { enable: true, rollback: rollbackOnFailure },
  };
}
