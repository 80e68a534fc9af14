import type { ServiceFact } from "../../../adapters/aws/rollout-facts.js";

/**
 * Why ECS must be asked for a deployment that the engine saw no reason to start; undefined where there is none. The
 * engine compares with its own state, which a rollback by ECS, a cancelled run or a person has left behind (F34).
 */
export function startReason(
  service: ServiceFact | undefined,
  taskDefinition: string,
  force: boolean,
): string | undefined {
  const primary = service?.deployments.find(({ status }) => status === "PRIMARY");
  if (primary === undefined) return undefined;
  if (primary.taskDefinition !== taskDefinition) {
    return `it runs ${nameOf(primary.taskDefinition)}, deployed was ${nameOf(taskDefinition)}`;
  }
  // A first deployment that failed is not tried again by ECS itself (F4).
  if (primary.rolloutState === "FAILED") return "its last deployment failed";
  return force ? "new tasks were asked for" : undefined;
}

function nameOf(arn: string): string {
  return arn.split("/").at(-1) ?? arn;
}
