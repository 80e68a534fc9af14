import type { Pace, Target } from "../../ports.js";
import type { Store } from "../../store.js";
import { deregistrationDelay } from "./attributes.js";
import { HealthChecker } from "./checker.js";
import { Drains, InFlight } from "./drains.js";
import type { Probe } from "./probe.js";
import { createRouting, type OwnedRouting } from "./routing.js";
import { targetKey, type Rows, type TargetGroupRow } from "./rows.js";
import { addTarget, type Registration } from "./targets.js";
import { loadBalancersByGroup } from "./listener-usage.js";

export interface FleetOptions {
  store: Store;
  pace: Pace;
  probe: Probe;
  /** See `Routing.key`. */
  key: Buffer;
  bootAllowanceMs?: number;
}

/** All registered targets and what happens to them: checks while their group is in use, draining, traffic. */
export class Fleet implements Registration {
  readonly routing: OwnedRouting;
  private readonly checker: HealthChecker;
  private readonly drains: Drains;
  private readonly listeners: ((targetGroupArn: string) => void)[] = [];
  private owners: Map<string, string>;
  private running = false;

  constructor(
    private readonly rows: Rows,
    private readonly options: FleetOptions,
  ) {
    const { pace, probe, bootAllowanceMs, key } = options;
    const inFlight = new InFlight();
    this.owners = loadBalancersByGroup(rows);
    this.checker = new HealthChecker({
      probe,
      pace,
      bootAllowanceMs,
      onChange: (group) => this.changed(group),
    });
    this.drains = new Drains(pace, inFlight, (group, target) => {
      if (rows.targetGroups[group.arn]?.targets[targetKey(target)] !== target) return;
      Reflect.deleteProperty(group.targets, targetKey(target));
      this.routing.removed(group, target);
      this.changed(group);
    });
    this.routing = createRouting({ rows, inFlight, checker: this.checker, drains: this.drains, key });
  }

  start(): void {
    this.running = true;
    this.watch();
    for (const group of Object.values(this.rows.targetGroups)) {
      for (const target of Object.values(group.targets)) {
        if (target.drainingSince !== undefined)
          this.drains.review(group, target, deregistrationDelay(group.attributes));
      }
    }
  }

  stop(): void {
    this.running = false;
    this.checker.close();
    this.drains.close();
  }

  /** Whether a listener or rule forwards to the group. */
  attached(targetGroupArn: string): boolean {
    return this.owners.has(targetGroupArn);
  }

  onChange(listener: (targetGroupArn: string) => void): void {
    this.listeners.push(listener);
  }

  register(group: TargetGroupRow, target: Target): void {
    this.drains.forget(group, target);
    addTarget(group, target, Date.now());
    this.watch();
    this.changed(group);
  }

  /** Starts draining; a target that is not registered, or drains already, is left as it is. */
  deregister(group: TargetGroupRow, target: Target): void {
    const row = group.targets[targetKey(target)];
    if (!row || row.drainingSince !== undefined) return;
    row.drainingSince = Date.now();
    this.watch();
    this.routing.drained(group.arn, row);
    this.drains.review(group, row, deregistrationDelay(group.attributes));
    this.changed(group);
  }

  /** Checks at once a target that has begun to listen. */
  listening(group: TargetGroupRow, target: Target): void {
    const row = group.targets[targetKey(target)];
    if (row && row.drainingSince === undefined) this.checker.wake(group, row);
  }

  /** Listeners, rules or groups changed: traffic and checks follow them. */
  rerouted(): void {
    const before = this.owners;
    this.owners = loadBalancersByGroup(this.rows);
    this.routing.refresh();
    this.watch();
    this.options.store.changed();
    for (const group of Object.values(this.rows.targetGroups)) {
      if (before.has(group.arn) !== this.owners.has(group.arn)) this.changed(group);
    }
  }

  recheck(group: TargetGroupRow): void {
    this.checker.restart(group);
    this.options.store.changed();
  }

  private watch(): void {
    if (!this.running) return;
    const used = Object.values(this.rows.targetGroups).filter((group) => this.owners.has(group.arn));
    const pairs = used.flatMap((group) => Object.values(group.targets).map((target) => ({ group, target })));
    this.checker.watch(pairs.filter(({ target }) => target.drainingSince === undefined));
  }

  private changed(group: TargetGroupRow): void {
    this.options.store.changed();
    for (const listener of this.listeners) listener(group.arn);
  }
}
