import { expect, it } from "vitest";
import { type Schedule, scheduleOf } from "../../bench/faults/schedule.js";
import { work } from "../../bench/faults/worlds.js";

const schedules = 60;
const backend = "file";

/** What the reviews found, as schedules: each failed on the product as it was then. */
const found: Schedule[] = [
  // correctness 1: a foundation was never complete again after a kill while something of it was made, or left it behind.
  {
    seed: 0,
    command: "infra up",
    fault: "kill during a creation",
    moment: 0.1,
    backend,
    creation: "CreateRepository",
    then: "again",
  },
  {
    seed: 0,
    command: "infra up",
    fault: "kill during a creation",
    moment: 0.1,
    backend,
    creation: "CreateLoadBalancer",
    then: "undo",
  },
  // correctness 2: a bucket that does not answer held a command for ever, Ctrl-C too.
  { seed: 0, command: "deploy", fault: "bucket hangs", moment: 0.4, backend: "s3", then: "again" },
  // correctness 8: whoever closed stderr ended the deployment.
  { seed: 0, command: "deploy", fault: "stderr closed", moment: 0.3, backend, then: "again" },
  // correctness 13: a first deployment that was refused took a person's lock with it.
  {
    seed: 0,
    command: "deploy refused",
    fault: "frozen while AWS is slow",
    moment: 0.6,
    backend,
    then: "again",
  },
  {
    seed: 0,
    command: "preview up",
    fault: "kill while AWS is slow",
    moment: 0.6,
    backend,
    then: "again",
  },
  { seed: 0, command: "rollback", fault: "SIGHUP", moment: 0.5, backend, then: "again" },
];

/** Seeds that failed in a run of the campaign; the first tier has smaller cases of each kind. */
const failed = [6, 33, 75, 157, 174, 186, 189, 241, 249, 250];

it(
  `F7: a campaign of ${schedules} schedules of faults, and those that once failed: nothing is violated`,
  { timeout: 3_600_000 },
  async () => {
    const queue = [
      ...found,
      ...failed.map(scheduleOf),
      ...Array.from({ length: schedules }, (_, at) => scheduleOf(10_001 + at)),
    ];
    const say = (line: string) => void process.stderr.write(`${line}\n`);
    const played = await Promise.all([work({ queue, say }), work({ queue, say })]);
    expect(played.flatMap(({ violations }) => violations)).toEqual([]);
  },
);
