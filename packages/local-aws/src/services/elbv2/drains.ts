import { scaled, type Pace } from "../../ports.js";
import { targetKey, type TargetGroupRow, type TargetRow } from "./rows.js";

/** Requests under way, by target group and target. */
export class InFlight {
  private readonly counts = new Map<string, number>();

  count(groupArn: string, target: { id: string; port: number }): number {
    return this.counts.get(key(groupArn, target)) ?? 0;
  }

  /** Adds (or, with -1, takes away) one; returns how many there are now. */
  add(groupArn: string, target: { id: string; port: number }, by: 1 | -1): number {
    const name = key(groupArn, target);
    const count = (this.counts.get(name) ?? 0) + by;
    if (count === 0) this.counts.delete(name);
    else this.counts.set(name, count);
    return count;
  }
}

/**
 * Ends the draining of targets. The deregistration delay runs at the target's pace, but requests are the app's own time:
 * while one is under way the target goes on draining, for as long as AWS itself would wait.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html#deregistration-delay
 */
export class Drains {
  private readonly timers = new Map<string, NodeJS.Timeout>();

  constructor(
    private readonly pace: Pace,
    private readonly inFlight: InFlight,
    private readonly onDrained: (group: TargetGroupRow, target: TargetRow) => void,
  ) {}

  /** Looks at a draining target again: it has just begun, or a request to it has just ended, or time has passed. */
  review(group: TargetGroupRow, target: TargetRow, delaySeconds: number, now: number = Date.now()): void {
    const name = key(group.arn, target);
    clearTimeout(this.timers.get(name));
    const busy = this.inFlight.count(group.arn, target) > 0;
    const wait = drainWait(target.drainingSince ?? now, delaySeconds, busy, this.pace, now);
    this.timers.set(
      name,
      setTimeout(() => {
        this.timers.delete(name);
        if (this.inFlight.count(group.arn, target) > 0 && !busy) this.review(group, target, delaySeconds);
        else this.onDrained(group, target);
      }, wait).unref(),
    );
  }

  forget(group: TargetGroupRow, target: { id: string; port: number }): void {
    const name = key(group.arn, target);
    clearTimeout(this.timers.get(name));
    this.timers.delete(name);
  }

  close(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }
}

/** Milliseconds that a target still drains. */
export function drainWait(
  since: number,
  delaySeconds: number,
  busy: boolean,
  pace: Pace,
  now: number,
): number {
  const total = busy ? delaySeconds * 1000 : scaled(delaySeconds, pace);
  return Math.max(0, since + total - now);
}

function key(groupArn: string, target: { id: string; port: number }): string {
  return `${groupArn} ${targetKey(target)}`;
}
