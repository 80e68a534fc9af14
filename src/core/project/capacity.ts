import { fargate } from "./fargate.js";
import type { ServiceConfig } from "./service-schema.js";

/** A limit of the account in Service Quotas, in vCPUs. */
export interface CapacityQuota {
  /** For people: `Fargate vCPUs on demand`. */
  what: string;
  service: string;
  code: string;
}

/** A kind of machine that tasks run on, and all that follows from it. One file per kind, such as `fargate.ts`. */
export interface CapacityKind {
  /** For people. */
  name: string;
  /** Source: RunTask, `launchType`; RegisterTaskDefinition, `requiresCompatibilities`. */
  launchType: "FARGATE";
  /** Capacity providers that a cluster is associated with. */
  providers: readonly [string, ...string[]];
  /** The provider whose tasks stay, which is also the default. */
  onDemand: string;
  /** The provider that AWS may take back. */
  spot: string;
  /** Source: RegisterTaskDefinition, `networkMode`. */
  networkMode: "awsvpc";
  /** What a target group registers: with `ip` each task by its own address. Source: CreateTargetGroup, `TargetType`. */
  targetType: "ip";
  /** CPU units that a task may have (1024 are one vCPU). */
  cpus: readonly number[];
  /** Memory sizes in MiB that go with so many CPU units; none for a CPU that is not offered. */
  memoriesFor(cpu: number): readonly number[];
  /** Seconds between SIGTERM and SIGKILL, at most. */
  longestStopTimeout: number;
  quotas: Record<"onDemand" | "spot", CapacityQuota>;
}

/** The kind that every service runs on: the only one yet. */
export const capacityKind = fargate;

/** One entry of a capacity provider strategy. */
export interface Share {
  /** One of the kind's providers. */
  capacityProvider: string;
  weight?: number | undefined;
  /** Tasks that run there before the weights decide. */
  base?: number | undefined;
}

/** What one service's tasks run on. */
export interface Capacity {
  kind: CapacityKind;
  /** Source: CapacityProviderStrategyItem: weights of 0 to 1000, one base. */
  strategy: Share[];
  /** vCPUs of one task that count towards the quota of tasks on demand; 0 where all run on Spot. */
  vcpusOnDemand: number;
}

type CapacitySettings = Pick<ServiceConfig, "capacityProvider" | "spot" | "cpu">;

export function capacityOf(settings: CapacitySettings): Capacity {
  const strategy = strategyOf(settings);
  const isOnDemand = strategy.some(({ capacityProvider }) => capacityProvider === capacityKind.onDemand);
  return { kind: capacityKind, strategy, vcpusOnDemand: isOnDemand ? settings.cpu / 1024 : 0 };
}

function strategyOf({ capacityProvider, spot }: CapacitySettings): Share[] {
  if (spot === undefined) return [{ capacityProvider, weight: 1 }];
  const onDemand = 100 - spot.percent;
  const unit = greatestDivisor(spot.percent, onDemand);
  return [
    { capacityProvider: capacityKind.onDemand, weight: onDemand / unit, base: spot.base },
    { capacityProvider: capacityKind.spot, weight: spot.percent / unit },
  ];
}

/** What is wrong with a pair of CPU and memory, and which of the two; undefined where the kind offers it. */
export function sizeMistake(
  cpu: number,
  memory: number,
): { setting: "cpu" | "memory"; message: string } | undefined {
  const { name, cpus } = capacityKind;
  const memories = capacityKind.memoriesFor(cpu);
  if (memories.includes(memory)) return undefined;
  if (memories.length === 0) {
    return { setting: "cpu", message: `must be one of ${name}'s sizes: ${cpus.join(", ")}` };
  }
  const offer = [...memories.slice(0, 3), ...(memories.length > 4 ? ["..."] : []), memories.at(-1)];
  return {
    setting: "memory",
    message: `must be one that ${name} offers with cpu ${cpu}: ${offer.join(", ")}`,
  };
}

/**
 * Whether ECS must be told to start a deployment: a new strategy is refused without one, and with one that is not needed
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
