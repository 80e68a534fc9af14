import { clientError } from "./errors.js";

/** Source: CreateService, `launchType`: all that the local target has machines for. */
export const fargateLaunch = "FARGATE";

/** Source: CreateCluster, `capacityProviders`: those that every account has. */
export const fargateProviders = ["FARGATE", "FARGATE_SPOT"];

const gib = 1024;

/** Memory in MiB that Fargate offers with each CPU size: from, to, step.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size */
const sizes: Record<number, { from: number; to: number; step: number }> = {
  512: { from: gib, to: 4 * gib, step: gib },
  1024: { from: 2 * gib, to: 8 * gib, step: gib },
  2048: { from: 4 * gib, to: 16 * gib, step: gib },
  4096: { from: 8 * gib, to: 30 * gib, step: gib },
  8192: { from: 16 * gib, to: 60 * gib, step: 4 * gib },
  16384: { from: 32 * gib, to: 120 * gib, step: 8 * gib },
};
const smallest = [512, 1024, 2048];

/** Throws ClientException in AWS's words when Fargate has no such pair. Both are text: `256`, `.25 vCPU`, `1 GB`. */
export function checkFargateSize(cpu: string | undefined, memory: string | undefined): void {
  if (cpu === undefined) throw clientError("Fargate requires that 'cpu' be defined at the task level.");
  if (memory === undefined) throw clientError("Fargate requires that 'memory' be defined at the task level.");
  const units = unitsOf(cpu, "vcpu");
  const mebibytes = unitsOf(memory, "gb");
  const offered = sizes[units];
  const fits =
    units === 256
      ? smallest.includes(mebibytes)
      : offered !== undefined &&
        mebibytes >= offered.from &&
        mebibytes <= offered.to &&
        (mebibytes - offered.from) % offered.step === 0;
  if (!fits) throw clientError("No Fargate configuration exists for given values.");
}

/** `256` as it is; `.25 vCPU` and `1 GB` times 1024. */
export function unitsOf(text: string, unit: "vcpu" | "gb"): number {
  const match = /^\s*(\d*\.?\d+)\s*([a-zA-Z]*)\s*$/.exec(text);
  if (match === null) return Number.NaN;
  const [, number, suffix = ""] = match;
  if (suffix === "") return Number(number);
  return suffix.toLowerCase() === unit ? Number(number) * 1024 : Number.NaN;
}
