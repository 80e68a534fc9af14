import { expect, it } from "vitest";
import { doubts } from "../../../../src/features/deploy/rollout/doubt.js";

const at = (now: number) => ({ now, deadline: 100_000 });

it("correctness 22: an odd answer is believed once it was repeated for long enough, three times at least", () => {
  const believes = doubts(60_000);
  expect([0, 30_000, 59_999, 60_000].map((now) => believes(true, at(now)))).toEqual([
    false,
    false,
    false,
    true,
  ]);
});

it("correctness 22: an answer that is not odd begins the count anew", () => {
  const believes = doubts(10);
  expect([0, 20].map((now) => believes(true, at(now)))).toEqual([false, false]);
  expect(believes(false, at(30))).toBe(false);
  expect([40, 60, 80].map((now) => believes(true, at(now)))).toEqual([false, false, true]);
});

it("F5, F43: one odd answer at the deadline is asked again, and the wait has an end", () => {
  const believes = doubts(60_000);
  expect([0, 1, 2].map((late) => believes(true, at(100_000 + late)))).toEqual([false, false, true]);
});
