import type { ServiceConfig } from "../../src/config/service-schema.js";

/** One entry of a capacity provider strategy. */
export interface Share {
  capacityProvider: "FARGATE" | "FARGATE_SPOT";
  weight: number;
  /** Tasks that run there before the weights decide. */
  base?: number;
}

/** What a service's tasks run on. Source: CapacityProviderStrategyItem: weights of 0 to 1000, one base. */
export function capacityStrategy({
  capacityProvider,
  spot,
}: Pick<ServiceConfig, "capacityProvider" | "spot">): Share[] {
  if (spot === undefined) return [{ capacityProvider, weight: 1 }];
  const onDemand = 100 - spot.percent;
  const unit = greatestDivisor(spot.percent, onDemand);
  return [
    { capacityProvider: "FARGATE", weight: onDemand / unit, base: spot.base },
    { capacityProvider: "FARGATE_SPOT", weight: spot.percent / unit },
  ];
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}
