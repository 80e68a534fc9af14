import type { TargetHealthReasonEnum } from "@aws-sdk/client-elastic-load-balancing-v2";
import { scaled, type Pace } from "../../ports.js";

/** What the checks of one target have shown so far. */
export interface Health {
  state: "initial" | "healthy" | "unhealthy";
  /** Checks passed in a row, up to now. */
  passes: number;
  /** Checks failed in a row, up to now. */
  failures: number;
  /** Registration, in milliseconds since the epoch. */
  registeredAt: number;
  reason?: TargetHealthReasonEnum;
  description?: string;
}

export type CheckResult =
  | { passed: true }
  | { passed: false; reason: TargetHealthReasonEnum; description: string };

export interface Thresholds {
  healthyThreshold: number;
  unhealthyThreshold: number;
  /** How long after its registration a target that never passed may fail checks and stay `initial`. */
  patienceMs: number;
}

export function newHealth(now: number): Health {
  return {
    state: "initial",
    passes: 0,
    failures: 0,
    registeredAt: now,
    reason: "Elb.RegistrationInProgress",
    description: "Target registration is in progress",
  };
}

/**
 * The health after one more check. A new target needs one passed check, an unhealthy one as many in a row as the healthy
 * threshold says; any target is unhealthy after as many failures in a row as the unhealthy threshold says.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
 */
export function afterCheck(health: Health, result: CheckResult, thresholds: Thresholds, now: number): Health {
  return result.passed ? afterPass(health, thresholds) : afterFailure(health, result, thresholds, now);
}

function afterPass(health: Health, thresholds: Thresholds): Health {
  const { registeredAt } = health;
  const passes = health.passes + 1;
  const needed = health.state === "unhealthy" ? thresholds.healthyThreshold : 1;
  if (passes >= needed) return { state: "healthy", passes, failures: 0, registeredAt };
  return { ...health, passes, failures: 0 };
}

function afterFailure(
  health: Health,
  { reason, description }: Extract<CheckResult, { passed: false }>,
  thresholds: Thresholds,
  now: number,
): Health {
  const { registeredAt } = health;
  const failures = health.failures + 1;
  const patient = health.state === "initial" && now - registeredAt < thresholds.patienceMs;
  const failed = failures >= thresholds.unhealthyThreshold && !patient;
  if (failed || health.state === "unhealthy") {
    return { state: "unhealthy", passes: 0, failures, registeredAt, reason, description };
  }
  if (health.state === "healthy") return { ...health, passes: 0, failures };
  return {
    ...health,
    passes: 0,
    failures,
    reason: "Elb.InitialHealthChecking",
    description: "Initial health checks in progress",
  };
}

/** What an app may take to boot whatever the pace: its own time does not run faster. Never more than AWS would give. */
const bootAllowanceMs = 2000;

/** How long an `initial` target may fail: AWS's time at this pace, and at least what a real process needs to boot. */
export function patience(
  check: { intervalSeconds: number; unhealthyThreshold: number },
  pace: Pace,
  allowanceMs: number = bootAllowanceMs,
): number {
  const awsSeconds = check.intervalSeconds * check.unhealthyThreshold;
  return Math.max(scaled(awsSeconds, pace), Math.min(awsSeconds * 1000, allowanceMs));
}

/** Results in a row after which nothing is in transition any more. */
const settledAfter = { passes: 10, failures: 30 };

/** A settled target is checked at AWS's own pace, so that a hundred idle previews cost almost nothing. */
export function settled(health: Health): boolean {
  return health.passes >= settledAfter.passes || health.failures >= settledAfter.failures;
}

/** Where time runs faster, a target that boots is asked this often: with AWS's pace its own interval holds. */
const bootPauseMs = 100;

/** Milliseconds from one check's start to the next one's. */
export function checkPause(health: Health, intervalSeconds: number, pace: Pace): number {
  if (settled(health)) return intervalSeconds * 1000;
  const pause = scaled(intervalSeconds, pace);
  return health.state === "initial" && pace.factor > 1 ? Math.min(pause, bootPauseMs) : pause;
}
