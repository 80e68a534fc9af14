import { scaled, type Pace } from "../../ports.js";
import { afterCheck, checkPause, newHealth, patience, settled } from "./health.js";
import type { Probe } from "./probe.js";
import { targetKey, type TargetGroupRow, type TargetRow } from "./rows.js";

export interface CheckerOptions {
  probe: Probe;
  pace: Pace;
  /** See `patience`; tests shorten it. */
  bootAllowanceMs?: number;
  /** A target's state, reason or description changed. */
  onChange: (group: TargetGroupRow) => void;
}

interface Watch {
  group: TargetGroupRow;
  target: TargetRow;
  timer: NodeJS.Timeout | undefined;
  stopped: boolean;
}

/**
 * Checks targets for as long as they are watched. In a transition the interval runs at the target's pace; a settled
 * target is checked at AWS's own interval, and when real traffic to it fails, `suspect` has it checked at once and at the
 * transition's pace until it has settled again.
 */
export class HealthChecker {
  private readonly watches = new Map<string, Watch>();

  constructor(private readonly options: CheckerOptions) {}

  /** Watches exactly these targets. One that is new to it is checked at once. */
  watch(wanted: { group: TargetGroupRow; target: TargetRow }[]): void {
    const keys = new Set(wanted.map(({ group, target }) => watchKey(group, target)));
    for (const [key, watch] of this.watches) if (!keys.has(key)) this.stop(key, watch);
    for (const { group, target } of wanted) {
      const key = watchKey(group, target);
      const known = this.watches.get(key);
      if (known?.target === target) continue;
      if (known) this.stop(key, known);
      this.start(key, { group, target, timer: undefined, stopped: false });
    }
  }

  suspect(group: TargetGroupRow, target: TargetRow): void {
    const watch = this.watches.get(watchKey(group, target));
    if (!watch?.timer || !settled(target.health)) return;
    target.health = { ...target.health, passes: 0, failures: 0 };
    this.plan(watch, 0);
  }

  /**
   * Checks a target anew that has begun to listen. It is `initial` again where AWS, at its own pace, would not have called
   * it unhealthy yet.
   */
  wake(group: TargetGroupRow, target: TargetRow): void {
    const watch = this.watches.get(watchKey(group, target));
    if (!watch || target.health.state === "healthy") return;
    const { intervalSeconds, unhealthyThreshold } = group.healthCheck;
    const patienceMs = intervalSeconds * unhealthyThreshold * 1000;
    const early = Date.now() - target.health.registeredAt < patienceMs;
    target.health = early
      ? newHealth(target.health.registeredAt)
      : { ...target.health, passes: 0, failures: 0 };
    if (watch.timer) this.plan(watch, 0);
    this.options.onChange(group);
  }

  /** The group's checks are planned anew: its settings changed. */
  restart(group: TargetGroupRow): void {
    for (const watch of this.watches.values()) {
      if (watch.group !== group || !watch.timer) continue;
      watch.target.health = { ...watch.target.health, passes: 0, failures: 0 };
      this.plan(watch, scaled(1, this.options.pace));
    }
  }

  close(): void {
    for (const [key, watch] of this.watches) this.stop(key, watch);
  }

  private start(key: string, watch: Watch): void {
    this.watches.set(key, watch);
    this.plan(watch, 0);
  }

  private stop(key: string, watch: Watch): void {
    watch.stopped = true;
    clearTimeout(watch.timer);
    this.watches.delete(key);
  }

  private plan(watch: Watch, pauseMs: number): void {
    clearTimeout(watch.timer);
    watch.timer = setTimeout(() => void this.check(watch), pauseMs).unref();
  }

  private async check(watch: Watch): Promise<void> {
    const { group, target } = watch;
    const { probe, pace, bootAllowanceMs, onChange } = this.options;
    watch.timer = undefined;
    const started = Date.now();
    const result = await probe(group.healthCheck, target);
    if (watch.stopped) return;
    const before = target.health;
    const { healthyThreshold, unhealthyThreshold, intervalSeconds } = group.healthCheck;
    const patienceMs = patience(group.healthCheck, pace, bootAllowanceMs);
    target.health = afterCheck(
      before,
      result,
      { healthyThreshold, unhealthyThreshold, patienceMs },
      Date.now(),
    );
    const pause = checkPause(target.health, intervalSeconds, pace) - (Date.now() - started);
    this.plan(watch, Math.max(0, pause));
    if (before.state !== target.health.state || before.description !== target.health.description)
      onChange(group);
  }
}

function watchKey(group: TargetGroupRow, target: TargetRow): string {
  return `${group.arn} ${targetKey(target)}`;
}
