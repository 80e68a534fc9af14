import { expect, it } from "vitest";
import { scheduleOf } from "../../bench/faults/schedule.js";
import { work } from "../../bench/faults/worlds.js";

const schedules = 60;

it(
  `a campaign of ${schedules} schedules of faults: nothing is violated`,
  { timeout: 3_600_000 },
  async () => {
    const violations: string[] = [];
    const queue = Array.from({ length: schedules }, (_, at) => scheduleOf(10_001 + at));
    const say = (line: string) => void process.stderr.write(`${line}\n`);
    await Promise.all([work(queue, violations, say), work(queue, violations, say)]);
    expect(violations).toEqual([]);
  },
);
