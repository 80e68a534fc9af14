import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { awsWait, localWait, nextDelay } from "../../src/context/wait-policy.js";

describe("the wait between two looks", () => {
  it("grows from the first to the most", () => {
    const delays = [0, 1, 2, 20].map((looks) =>
      nextDelay(awsWait, { looks, failures: 0, remaining: 60_000 }, 0),
    );
    expect(delays).toEqual([2000, 2600, 3380, 5000]);
  });

  it("F5: backs off while throttled, and comes back", () => {
    const delays = [0, 1, 2, 9].map((failures) =>
      nextDelay(awsWait, { looks: 9, failures, remaining: 60_000 }, 0),
    );
    expect(delays).toEqual([5000, 10_000, 20_000, 30_000]);
  });

  it("F5: looks once more at the deadline, then never", () => {
    expect(nextDelay(awsWait, { looks: 9, failures: 9, remaining: 40 }, 0)).toBe(40);
    expect(nextDelay(awsWait, { looks: 9, failures: 0, remaining: 0 }, 0)).toBeUndefined();
  });

  it("F5: stays inside the bound, whatever the dice", () => {
    const natural = fc.nat({ max: 5000 });
    fc.assert(
      fc.property(
        natural,
        natural,
        fc.integer({ min: 1, max: 900_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (looks, failures, remaining, random) => {
          for (const policy of [awsWait, localWait]) {
            const delay = nextDelay(policy, { looks, failures, remaining }, random) ?? 0;
            expect(delay).toBeGreaterThan(0);
            expect(delay).toBeLessThanOrEqual(Math.min(remaining, policy.backedOff));
          }
        },
      ),
    );
  });
});
