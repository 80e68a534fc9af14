import type { ServiceArgs as EcsServiceArgs } from "@pulumi/aws/ecs/service.js";
import type { Config } from "../../../src/core/project/schema.js";

/** New tasks take the place of old ones, a few at a time; ECS's circuit breaker ends a rollout that cannot succeed. */
export function rollingDeployment({
  minimumHealthyPercent,
  maximumPercent,
  rollbackOnFailure,
}: Config["deployment"]): Pick<
  EcsServiceArgs,
  "deploymentMinimumHealthyPercent" | "deploymentMaximumPercent" | "deploymentCircuitBreaker"
> {
  return {
    deploymentMinimumHealthyPercent: minimumHealthyPercent,
    deploymentMaximumPercent: maximumPercent,
    deploymentCircuitBreaker: { enable: true, rollback: rollbackOnFailure },
  };
}
