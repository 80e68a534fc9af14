import { bounds } from "../../../../src/services/ecs/core/bounds.js";
import { decide } from "../../../../src/services/ecs/core/decide.js";
import type { Exit, Rules, ServiceState, TaskFact } from "../../../../src/services/ecs/core/model.js";
import { begin } from "../../../../src/services/ecs/core/rollout.js";

/** How a version of the app behaves, in simulated milliseconds after its start. Silent: nothing happens by itself. */
export interface App {
  kind: "good" | "crash" | "unhealthy" | "hang" | "no-image" | "silent";
  /** Until its health is known, or until it crashes. */
  after: number;
  /** False for one that does not listen on its port. */
  listens?: boolean;
}

export const good: App = { kind: "good", after: 100 };

export const rules: Rules = {
  minimumHealthyPercent: 100,
  maximumPercent: 200,
  graceMs: 0,
  bootGraceMs: 0,
  settleMs: 40,
  restartMs: 500,
  restartCeilingMs: 60_000,
  targetGroups: ["tg"],
  breaker: {
    enable: true,
    rollback: true,
    resetOnHealthyTask: true,
    threshold: { type: "BOUNDED_PERCENT", value: 50 },
  },
};

export function service(desired: number, changes: Partial<Rules> = {}): ServiceState {
  return {
    name: "web",
    status: "ACTIVE",
    desired,
    rules: { ...rules, bootGraceMs: changes.graceMs ?? 0, ...changes },
    deployments: [],
    proven: {},
    seed: "seed",
    started: 0,
    steady: false,
  };
}

interface Planned {
  at: number;
  run: () => void;
}

/** Runs the scheduler against tasks that behave as told, on a clock that jumps from one event to the next. */
export class Simulation {
  now = 1_000;
  events: string[] = [];
  /** Broken promises: below the minimum through a stop of ours, or above the maximum. */
  violations: string[] = [];
  readonly tasks = new Map<string, TaskFact>();
  private exits: Exit[] = [];
  private plans: Planned[] = [];
  private wakeAt: number | undefined;
  private readonly apps = new Map<string, App>();
  private counter = 0;

  constructor(
    public state: ServiceState,
    private readonly stopMs = 50,
  ) {}

  deploy(app: App): string {
    this.counter += 1;
    const id = `ecs-svc/${this.counter}`;
    this.apps.set(id, app);
    this.state = begin(
      this.state,
      { id, revision: `rev-${this.counter}`, operation: `op-${this.counter}` },
      this.now,
    );
    return id;
  }

  /** The next tasks of the deployment behave otherwise. */
  breakApp(deployment: string, app: App): void {
    this.apps.set(deployment, app);
  }

  /** Runs until nothing is planned, or until the time is over. Returns whether it came to rest. */
  run(forMs = 3_600_000): boolean {
    const end = this.now + forMs;
    this.step();
    while (this.now < end) {
      const next = this.next();
      if (next === undefined) return true;
      if (next > end) break;
      this.now = Math.max(this.now, next);
      const due = this.plans.filter(({ at }) => at <= this.now);
      this.plans = this.plans.filter(({ at }) => at > this.now);
      for (const { run } of due) run();
      this.step();
    }
    this.now = end;
    return false;
  }

  lose(id: string, blamed = true): void {
    const task = this.tasks.get(id);
    if (task) this.exit(task, blamed);
  }

  step(): void {
    const facts = { tasks: [...this.tasks.values()], exits: this.exits };
    this.exits = [];
    const healthy = this.healthy();
    const decision = decide(this.state, facts, this.now);
    this.state = decision.state;
    this.wakeAt = decision.wakeAt;
    this.events.push(...decision.events);
    let stopped = false;
    for (const action of decision.actions) {
      if (action.kind === "start") this.start(action.id, action.deployment);
      else if (action.kind === "register") this.change(action.id, { registered: true });
      else stopped = this.stop(action.id) || stopped;
    }
    this.check(
      healthy,
      stopped,
      decision.actions.some(({ kind }) => kind === "start"),
    );
    if (decision.actions.length > 0) this.step();
  }

  healthy(): number {
    return [...this.tasks.values()].filter((task) => task.phase === "running" && task.health === "healthy")
      .length;
  }

  active(): number {
    return [...this.tasks.values()].filter((task) => task.phase !== "stopping").length;
  }

  private check(before: number, stopped: boolean, started: boolean): void {
    const { minimum, maximum } = bounds(this.state.desired, this.state.rules);
    const after = this.healthy();
    if (stopped && after < minimum && after < before)
      this.violations.push(`${after} healthy, minimum ${minimum}`);
    if (started && this.active() > maximum)
      this.violations.push(`${this.active()} active, maximum ${maximum}`);
  }

  private next(): number | undefined {
    const times = this.plans.map(({ at }) => at);
    if (this.wakeAt !== undefined) times.push(this.wakeAt);
    return times.length > 0 ? Math.min(...times) : undefined;
  }

  private start(id: string, deployment: string): void {
    this.tasks.set(id, {
      id,
      deployment,
      phase: "pending",
      createdAt: this.now,
      registered: false,
      health: "unknown",
    });
    const app = this.apps.get(deployment) ?? good;
    this.plan(20, () => this.boot(id, app));
  }

  private boot(id: string, app: App): void {
    const task = this.tasks.get(id);
    if (task?.phase !== "pending") return;
    if (app.kind === "no-image") return this.exit(task, true, false);
    const listening = { listeningAt: app.listens === false ? undefined : this.now };
    this.change(id, { phase: "running", startedAt: this.now, ...listening });
    if (app.kind === "crash") return this.plan(app.after, () => this.lose(id));
    if (app.kind === "silent") return;
    const sick = { targetGroup: "tg", port: 8080, reason: "Health checks failed with these codes: [500]" };
    const fine = app.kind === "good";
    const delay = app.kind === "hang" ? app.after * 5 : app.after;
    this.plan(delay, () =>
      this.change(id, fine ? { health: "healthy" } : { health: "unhealthy", fault: sick }),
    );
  }

  private stop(id: string): boolean {
    const wasHealthy = this.tasks.get(id)?.health === "healthy";
    this.change(id, { phase: "stopping" });
    this.plan(this.stopMs, () => this.lose(id, false));
    return wasHealthy;
  }

  private exit(task: TaskFact, blamed: boolean, started = true): void {
    const ours = task.phase === "stopping";
    this.tasks.delete(task.id);
    this.exits.push({
      id: task.id,
      deployment: task.deployment,
      createdAt: task.createdAt,
      started,
      blamed: blamed && !ours,
      registered: task.registered && !ours,
      reason: started ? "Essential container in task exited" : "CannotPullContainerError: no such image",
    });
  }

  change(id: string, changes: Partial<TaskFact>): void {
    const task = this.tasks.get(id);
    if (task) this.tasks.set(id, { ...task, ...changes });
  }

  private plan(after: number, run: () => void): void {
    this.plans.push({ at: this.now + after, run });
  }
}
