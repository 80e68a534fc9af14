import { expect, it } from "vitest";
import { commands, faults, type Schedule, scheduleOf } from "../../bench/faults/schedule.js";
import { work } from "../../bench/faults/worlds.js";

const then = "again";
const backend = "file";

/** The cheapest of what the reviews and the campaign had found, in one world; the others are in the full tier. */
const found: Schedule[] = [
  // correctness 13: a first deployment that was refused took a person's lock with it.
  { seed: 0, command: "deploy refused", fault: "frozen while AWS is slow", moment: 0.3, backend, then },
  // Its seed 40: `status` went on saying that a run deploys that was killed before it had begun anything.
  { seed: 40, command: "deploy refused", fault: "kill", moment: 0.69, backend, then },
  // correctness 13, with an owner that is gone.
  { seed: 0, command: "deploy refused", fault: "frozen, then killed", moment: 0.3, backend, then },
];

const counted = <Name extends string>(names: readonly Name[], of: (schedule: Schedule) => Name) => {
  const schedules = Array.from({ length: 500 }, (_, at) => scheduleOf(at + 1));
  return names.map((name) => schedules.filter((schedule) => of(schedule) === name).length);
};

it("the same seed is the same schedule, and 500 of them try every command and every fault", () => {
  expect(scheduleOf(17)).toEqual(scheduleOf(17));
  expect(Math.min(...counted(commands, ({ command }) => command))).toBeGreaterThanOrEqual(20);
  expect(Math.min(...counted(faults, ({ fault }) => fault))).toBeGreaterThanOrEqual(5);
});

it("F8, F40, F49: what once failed succeeds, and one more run converges", { timeout: 200_000 }, async () => {
  const said: string[] = [];
  const played = await work({ queue: [...found], say: (line) => said.push(line) });
  expect(played, said.join("\n")).toEqual({ schedules: found.length, violations: [] });
});

it("a schedule whose world cannot be prepared counts as violated, and says which one it was", async () => {
  const queue = found.slice(0, 1);
  const { schedules, violations } = await work({ queue, cli: "test/bench", say: () => undefined });
  expect(schedules).toBe(1);
  expect(violations).toEqual([
    expect.stringMatching(/^seed 0: deploy refused, frozen while AWS is slow.*could not be prepared/),
  ]);
});
