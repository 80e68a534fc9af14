import type { Target, TargetGroups, TargetState } from "../../../src/ports.js";
import { onTestFinished } from "vitest";

interface Checked {
  group: string;
  target: Target;
  state: TargetState;
  description?: string;
}

/** A load balancer's health checks and draining, with short intervals: `/health` must answer 200. */
export class TestBalancer implements TargetGroups {
  readonly groups = new Set<string>();
  readonly unattached = new Set<string>();
  private readonly targets = new Map<string, Checked>();
  private readonly listeners: ((group: string) => void)[] = [];
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly drainMs = 30) {
    this.timer = setInterval(() => void this.checkAll(), 25);
    onTestFinished(() => clearInterval(this.timer));
  }

  register(group: string, target: Target): void {
    this.targets.set(keyOf(group, target), { group, target, state: "initial" });
    this.tell(group);
  }

  deregister(group: string, target: Target): void {
    const checked = this.targets.get(keyOf(group, target));
    if (checked === undefined) return;
    checked.state = "draining";
    setTimeout(() => {
      this.targets.delete(keyOf(group, target));
      this.tell(group);
    }, this.drainMs);
  }

  listening(group: string, target: Target): void {
    const checked = this.targets.get(keyOf(group, target));
    if (checked?.state === "unhealthy") checked.state = "initial";
  }

  health(group: string, target: Target) {
    const checked = this.targets.get(keyOf(group, target));
    return checked && { state: checked.state, description: checked.description };
  }

  attached(group: string): boolean {
    return this.exists(group) && !this.unattached.has(group);
  }

  exists(group: string): boolean {
    return this.groups.has(group);
  }

  onChange(listener: (group: string) => void): void {
    this.listeners.push(listener);
  }

  healthyTargets(): Target[] {
    return [...this.targets.values()].filter(({ state }) => state === "healthy").map(({ target }) => target);
  }

  private async checkAll(): Promise<void> {
    await Promise.all([...this.targets.values()].map((checked) => this.check(checked)));
  }

  private async check(checked: Checked): Promise<void> {
    const description = await complaint(checked.target);
    const state = description === undefined ? "healthy" : "unhealthy";
    if (checked.state === "draining" || checked.state === state) return;
    Object.assign(checked, { state, description });
    this.tell(checked.group);
  }

  private tell(group: string): void {
    for (const listener of this.listeners) listener(group);
  }
}

function keyOf(group: string, { id, port }: Target): string {
  return `${group} ${id}:${port}`;
}

async function complaint({ id, port }: Target): Promise<string | undefined> {
  try {
    const { status } = await fetch(`http://${id}:${port}/health`, { signal: AbortSignal.timeout(2_000) });
    return status === 200 ? undefined : `Health checks failed with these codes: [${status}]`;
  } catch {
    return "Request timed out";
  }
}
