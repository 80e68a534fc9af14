import { describe, expect, it } from "vitest";
import {
  afterCheck,
  checkPause,
  newHealth,
  patience,
  settled,
  type CheckResult,
  type Health,
} from "../../../src/services/elbv2/health.js";

const passed: CheckResult = { passed: true };
const failed: CheckResult = {
  passed: false,
  reason: "Target.ResponseCodeMismatch",
  description: "Health checks failed with these codes: [500]",
};
const thresholds = { healthyThreshold: 3, unhealthyThreshold: 2, patienceMs: 0 };

/** `+` is a passed check, `-` a failed one. */
function after(checks: string, from: Health = newHealth(0), now = 1): Health {
  return [...checks].reduce(
    (health, check) => afterCheck(health, check === "+" ? passed : failed, thresholds, now),
    from,
  );
}

describe("target health", () => {
  it.each([
    ["", "initial", "Elb.RegistrationInProgress"],
    ["-", "initial", "Elb.InitialHealthChecking"],
    ["+", "healthy", undefined],
    ["-+", "healthy", undefined],
    ["--", "unhealthy", "Target.ResponseCodeMismatch"],
    ["+-", "healthy", undefined],
    ["+-+-", "healthy", undefined],
    ["+--", "unhealthy", "Target.ResponseCodeMismatch"],
    ["+--++", "unhealthy", "Target.ResponseCodeMismatch"],
    ["+--++-++", "unhealthy", "Target.ResponseCodeMismatch"],
    ["+--+++", "healthy", undefined],
  ])("after checks %j it is %s", (checks, state, reason) => {
    expect(after(checks)).toMatchObject({ state });
    expect(after(checks).reason).toBe(reason);
  });

  it("keeps a target that boots initial for as long as patience says", () => {
    const patient = { ...thresholds, patienceMs: 2000 };
    const early = afterCheck(after("-"), failed, patient, 1999);
    expect(early).toMatchObject({ state: "initial", failures: 2 });
    expect(afterCheck(early, failed, patient, 2000)).toMatchObject({ state: "unhealthy", failures: 3 });
  });

  it.each([
    { intervalSeconds: 30, unhealthyThreshold: 2, factor: 1, ms: 60_000 },
    { intervalSeconds: 30, unhealthyThreshold: 2, factor: 20, ms: 3000 },
    { intervalSeconds: 5, unhealthyThreshold: 2, factor: 20, ms: 2000 },
    { intervalSeconds: 5, unhealthyThreshold: 2, factor: 1, ms: 10_000 },
  ])("gives a process $ms ms to boot at $intervalSeconds s and pace $factor", ({ factor, ms, ...check }) => {
    expect(patience(check, { factor })).toBe(ms);
  });

  it("checks what is in transition at the pace, what has settled at AWS's interval", () => {
    const transition = after("+");
    const quiet = after("+".repeat(10));
    expect([settled(transition), settled(quiet), settled(after("-".repeat(30)))]).toEqual([
      false,
      true,
      true,
    ]);
    expect(checkPause(transition, 30, { factor: 20 })).toBe(1500);
    expect(checkPause(quiet, 30, { factor: 20 })).toBe(30_000);
    expect(checkPause(after("-", quiet), 30, { factor: 20 })).toBe(1500);
  });

  it("asks a target that boots often, except at AWS's own pace", () => {
    expect(checkPause(newHealth(0), 30, { factor: 20 })).toBe(100);
    expect(checkPause(newHealth(0), 30, { factor: 1 })).toBe(30_000);
  });
});
