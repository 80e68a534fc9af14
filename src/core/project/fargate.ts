/** Gigabytes of memory by CPU units: first, last, step. Source: ECS developer guide, "Task CPU and memory". */
const gigabytes: Record<number, readonly [first: number, last: number, step: number]> = {
  512: [1, 4, 1],
  1024: [2, 8, 1],
  2048: [4, 16, 1],
  4096: [8, 30, 1],
  8192: [16, 60, 4],
  16384: [32, 120, 8],
};

/** CPU units that Fargate offers (1024 are one vCPU). */
export const fargateCpus: readonly number[] = [256, ...Object.keys(gigabytes).map(Number)];

/** Memory sizes in MiB that Fargate offers with so many CPU units; none for a CPU that it does not offer. */
export function fargateMemories(cpu: number): number[] {
  if (cpu === 256) return [512, 1024, 2048];
  const [first, last, step] = gigabytes[cpu] ?? [1, 0, 1];
  const count = Math.floor((last - first) / step) + 1;
  return Array.from({ length: count }, (_, index) => (first + index * step) * 1024);
}
