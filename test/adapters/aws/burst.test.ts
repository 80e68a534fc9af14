import { expect, it } from "vitest";
import { burst } from "../../../bench/burst-model.js";

// Seconds of a slow machine; minutes of AWS's.
it.each([1, 2])(
  "F5: 100 previews at once stay within AWS's token buckets: none fails, seed %i",
  { timeout: 60_000 },
  async (seed) => {
    const { failures, elapsedMs, leastMs, counts } = await burst(100, seed);
    expect(failures).toEqual([]);
    expect([...counts.values()].some(({ refused }) => refused > 0)).toBe(true);
    expect(elapsedMs / leastMs).toBeLessThan(1.25);
  },
);
