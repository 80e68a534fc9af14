import { describe, expect, it } from "vitest";
import { drainWait } from "../../../src/services/elbv2/drains.js";

describe("draining", () => {
  it.each([
    { what: "an idle target, scaled", busy: false, factor: 20, now: 0, ms: 15_000 },
    { what: "an idle target, later", busy: false, factor: 20, now: 10_000, ms: 5000 },
    { what: "a busy target, AWS's own time", busy: true, factor: 20, now: 10_000, ms: 290_000 },
    { what: "after the delay", busy: false, factor: 20, now: 20_000, ms: 0 },
    { what: "AWS's own pace", busy: false, factor: 1, now: 0, ms: 300_000 },
  ])("F23: waits for $what", ({ busy, factor, now, ms }) => {
    expect(drainWait(0, 300, busy, { factor }, now)).toBe(ms);
  });
});
