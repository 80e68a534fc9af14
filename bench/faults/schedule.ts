/** What is tried: a command, what goes wrong with it, when, and what is run afterwards. All of it follows from a seed. */
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
  "unlock",
  "infra up",
  "infra destroy",
] as const;
export type CommandName = (typeof commands)[number];

export const faults = [
  "kill",
  "kill driver",
  "kill while AWS is slow",
  "kill during a creation",
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
  "frozen while AWS is slow",
  "frozen, then killed",
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
  /** The creation that is under way at the kill; of that fault only. */
  creation?: string;
  /** What has to succeed afterwards: the command once more, or the one that takes away what it made. */
  then: "again" | "undo";
}

const weights: readonly (readonly [CommandName, number])[] = [
  ["preview up", 5],
  ["preview destroy", 4],
  ["preview sweep", 3],
  ["deploy", 5],
  ["deploy again", 2],
  ["deploy refused", 4],
  ["rollback", 4],
  ["promote", 3],
  ["lock", 3],
  ["unlock", 3],
  ["infra up", 5],
  ["infra destroy", 3],
];

const onBuckets: readonly FaultName[] = ["bucket hangs", "bucket cut off"];

/** What a person can lock while it is deployed. */
const ofEnvironments: readonly CommandName[] = ["deploy", "deploy again", "deploy refused", "rollback"];
const freezes: readonly FaultName[] = [
  "frozen by a person",
  "frozen while AWS is slow",
  "frozen, then killed",
];

/** The calls that make what a command's program declares, as far as the local target can be told to take its time over them. */
export const creations: Partial<Record<CommandName, readonly string[]>> = {
  "preview up": [
    "CreateLogGroup",
    "CreateTargetGroup",
    "CreateRule",
    "RegisterTaskDefinition",
    "CreateService",
  ],
  deploy: ["RegisterTaskDefinition"],
  "infra up": ["CreateCluster", "CreateRepository", "CreateLoadBalancer", "CreateListener", "CreateRoute"],
};

/** What another command takes away again. */
const undoable: readonly CommandName[] = ["preview up", "infra up"];

/** How many times as often as the others. */
const often: ReadonlyMap<FaultName, number> = new Map([
  ["kill", 2],
  ["kill while AWS is slow", 2],
  ["kill during a creation", 6],
  ["frozen by a person", 2],
  ["frozen while AWS is slow", 3],
  ["frozen, then killed", 3],
  ["bucket hangs", 4],
  ["bucket cut off", 4],
]);

function isPossible(fault: FaultName, command: CommandName, backend: Schedule["backend"]): boolean {
  if (onBuckets.includes(fault)) return backend === "s3";
  if (freezes.includes(fault)) return ofEnvironments.includes(command);
  // What is under way is read from the engine's state, which only files show.
  if (fault === "kill during a creation") return backend === "file" && creations[command] !== undefined;
  return true;
}

export function scheduleOf(seed: number): Schedule {
  const random = new Random(seed);
  const command = random.pick(weights);
  // A foundation's state is kept in files: one world for all of its schedules.
  const buckets = command.startsWith("infra") ? 0 : 1;
  const backend = random.pick([
    ["file", 4],
    ["s3", buckets],
  ] as const);
  const possible = faults.filter((fault) => isPossible(fault, command, backend));
  const fault = random.pick(possible.map((name) => [name, often.get(name) ?? 1] as const));
  const moment = random.next();
  const created = creations[command]?.map((operation) => [operation, 1] as const);
  const creation = fault === "kill during a creation" && created ? random.pick(created) : undefined;
  const then = random.pick([
    ["again", 2],
    ["undo", undoable.includes(command) ? 1 : 0],
  ] as const);
  return { seed, command, fault, moment, backend, ...(creation !== undefined && { creation }), then };
}

export function describeSchedule(schedule: Schedule): string {
  const { seed, command, fault, moment, backend, creation, then } = schedule;
  const during = creation === undefined ? "" : ` (${creation})`;
  const undone = then === "undo" ? ", then undone" : "";
  const place = backend === "s3" ? "S3" : "files";
  return `seed ${seed}: ${command}, ${fault}${during} at ${moment.toFixed(2)}${undone}, state in ${place}`;
}
