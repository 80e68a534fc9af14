import { expect, it } from "vitest";
import { faults, type Schedule, scheduleOf } from "../../bench/faults/schedule.js";
import { work } from "../../bench/faults/worlds.js";

/** What the campaign has found on its way, and what the reviews had found: each is played again. */
const found: Schedule[] = [
  // correctness 8: whoever closed stderr ended the deployment.
  { seed: 0, command: "deploy", fault: "stderr closed", moment: 0.3, backend: "file" },
  // correctness 13: a first deployment that was refused took a person's lock with it.
  { seed: 0, command: "deploy refused", fault: "frozen by a person", moment: 0.4, backend: "file" },
  // Its seed 40: `status` went on saying that a run deploys that was killed before it had begun anything.
  { seed: 40, command: "deploy refused", fault: "kill", moment: 0.69, backend: "file" },
  { seed: 0, command: "preview up", fault: "kill while AWS is slow", moment: 0.6, backend: "file" },
  { seed: 0, command: "rollback", fault: "SIGHUP", moment: 0.5, backend: "file" },
];

it("the same seed is the same schedule, and 500 of them try every fault", () => {
  const seeds = Array.from({ length: 500 }, (_, at) => at + 1);
  expect(seeds.map(scheduleOf)).toEqual(seeds.map(scheduleOf));
  expect(new Set(seeds.map((seed) => scheduleOf(seed).fault))).toEqual(new Set(faults));
});

it(
  "F7, F8, F40, F49: what once went wrong goes well, and one more run converges",
  { timeout: 400_000 },
  async () => {
    const violations: string[] = [];
    const said: string[] = [];
    expect(await work([...found], violations, (line) => said.push(line))).toBe(found.length);
    expect(violations, said.join("\n")).toEqual([]);
  },
);
