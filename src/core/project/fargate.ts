import type { CapacityKind } from "./capacity.js";

/** Gigabytes of memory by CPU units: first, last, step. Source: ECS developer guide, "Task CPU and memory". */
const gigabytes: Record<number, readonly [first: number, last: number, step: number]> = {
  512: [1, 4, 1],
  1024: [2, 8, 1],
  2048: [4, 16, 1],
  4096: [8, 30, 1],
  8192: [16, 60, 4],
  16384: [32, 120, 8],
};

function memoriesFor(cpu: number): number[] {
  if (cpu === 256) return [512, 1024, 2048];
  const [first, last, step] = gigabytes[cpu] ?? [1, 0, 1];
  const count = Math.floor((last - first) / step) + 1;
  return Array.from({ length: count }, (_, index) => (first + index * step) * 1024);
}

/** Tasks on AWS's own machines. Sources: ECS developer guide, "Fargate capacity providers", "Fargate task networking". */
export const fargate = {
  name: "Fargate",
  launchType: "FARGATE",
  providers: ["FARGATE", "FARGATE_SPOT"],
  onDemand: "FARGATE",
  spot: "FARGATE_SPOT",
  networkMode: "awsvpc",
  targetType: "ip",
  cpus: [256, ...Object.keys(gigabytes).map(Number)],
  memoriesFor,
  longestStopTimeout: 120,
  // Source: Service Quotas, "AWS Fargate": Spot is counted apart.
  quotas: {
    onDemand: { what: "Fargate vCPUs on demand", service: "fargate", code: "L-3032A538" },
    spot: { what: "Fargate vCPUs on Spot", service: "fargate", code: "L-36FBB829" },
  },
} as const satisfies CapacityKind;
