/** What is tried: a command, what goes wrong with it, and when. All of it follows from a seed. */
import { Random } from "./random.js";

export const commands = [
  "preview up",
  "preview destroy",
  "preview sweep",
  "deploy",
  "deploy again",
  "deploy refused",
  "rollback",
  "promote",
  "lock",
  "infra up",
  "infra destroy",
] as const;
export type CommandName = (typeof commands)[number];

export const faults = [
  "kill",
  "kill driver",
  "kill while AWS is slow",
  "SIGINT",
  "SIGTERM",
  "SIGHUP",
  "SIGINT twice",
  "stderr closed",
  "stdout closed",
  "throttled",
  "answer late",
  "answer lost",
  "daemon killed",
  "clock ahead",
  "clock behind",
  "another time zone",
  "two at once",
  "frozen by a person",
  "bucket hangs",
  "bucket cut off",
] as const;
export type FaultName = (typeof faults)[number];

export interface Schedule {
  seed: number;
  command: CommandName;
  fault: FaultName;
  /** When the fault begins, as a share of the time that the command takes undisturbed. */
  moment: number;
  /** Where state and record are: only a bucket can hang. */
  backend: "file" | "s3";
}

const weights: readonly (readonly [CommandName, number])[] = [
  ["preview up", 6],
  ["preview destroy", 4],
  ["preview sweep", 2],
  ["deploy", 6],
  ["deploy again", 1],
  ["deploy refused", 2],
  ["rollback", 3],
  ["promote", 2],
  ["lock", 1],
  ["infra up", 2],
  ["infra destroy", 1],
];

const onBuckets: readonly FaultName[] = ["bucket hangs", "bucket cut off"];

/** How many times as often as the others. */
const often: ReadonlyMap<FaultName, number> = new Map([
  ["kill", 2],
  ["kill while AWS is slow", 3],
  ["bucket hangs", 4],
  ["bucket cut off", 4],
]);

export function scheduleOf(seed: number): Schedule {
  const random = new Random(seed);
  const command = random.pick(weights);
  const backend = random.pick([
    ["file", 4],
    ["s3", 1],
  ] as const);
  const possible = faults.filter((fault) => backend === "s3" || !onBuckets.includes(fault));
  const fault = random.pick(possible.map((name) => [name, often.get(name) ?? 1] as const));
  return { seed, command, fault, moment: random.next(), backend };
}

export function describeSchedule({ seed, command, fault, moment, backend }: Schedule): string {
  return `seed ${seed}: ${command}, ${fault} at ${moment.toFixed(2)}, state in ${backend === "s3" ? "S3" : "files"}`;
}
