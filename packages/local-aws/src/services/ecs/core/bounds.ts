import type { Breaker, Rules } from "./model.js";

/**
 * How few healthy and how many running or pending tasks a service may have: the minimum is rounded up, the maximum down.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
 */
export function bounds(
  desired: number,
  rules: Pick<Rules, "minimumHealthyPercent" | "maximumPercent">,
): { minimum: number; maximum: number } {
  return {
    minimum: Math.ceil((desired * rules.minimumHealthyPercent) / 100),
    maximum: Math.floor((desired * rules.maximumPercent) / 100),
  };
}

/**
 * How many failed tasks make the circuit breaker fail a deployment: by default half of the desired count, rounded up,
 * at least 3 and at most 200.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ThresholdConfiguration.html
 */
export function failureThreshold(desired: number, { type, value }: Breaker["threshold"]): number {
  if (type === "COUNT") return value;
  const share = Math.ceil((desired * value) / 100);
  return type === "UNBOUNDED_PERCENT" ? Math.max(share, 1) : Math.min(Math.max(share, 3), 200);
}
