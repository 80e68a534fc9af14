import type { ServiceConfig } from "./service-schema.js";

/** One entry of a capacity provider strategy. */
export interface Share {
  /** `FARGATE` or `FARGATE_SPOT`. */
  capacityProvider: string;
  weight?: number | undefined;
  /** Tasks that run there before the weights decide. */
  base?: number | undefined;
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

/**
 * Whether ECS has to be told to start a deployment: a new strategy is refused without one, and with one that is not needed
 * every change of a setting would replace all tasks. Source: UpdateService, `capacityProviderStrategy`; terraform-provider-aws,
 * `capacityProviderStrategyCustomizeDiff` (since pull request 43533).
 */
export function needsForce(wanted: readonly Share[], inPlace: readonly Share[] | undefined): boolean {
  return inPlace !== undefined && canonical(wanted) !== canonical(inPlace);
}

/** AWS keeps no order and fills in zeros. */
function canonical(strategy: readonly Share[]): string {
  const shares = strategy.map(({ capacityProvider, weight = 0, base = 0 }) => [
    capacityProvider,
    weight,
    base,
  ]);
  return JSON.stringify(shares.map(String).sort());
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}
