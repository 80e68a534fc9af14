import { waitsForCall } from "./waits-for-call.js";
import { AwsError, type Gate } from "../cloud.js";
import { invalidRequest } from "../failure.js";
import { bucketOf, take, type Bucket } from "./buckets.js";
import type { FaultRequest } from "./request.js";
import { pullDenied, serverFailure, throttlingError } from "./fault-errors.js";

/** A fault that is in force. */
export type Fault = FaultRequest & {
  /** `fault-1`, for `clear`. */
  id: string;
};

type Call = Parameters<Gate>[0];

/** How long a hanging call is held when nobody says, in milliseconds: longer than any client waits. */
const hangMs = 300_000;

/** Between the order to end at once and the end, in milliseconds: who gave it is answered. */
const beforeKillMs = 50;

export interface FaultsOptions {
  /** Ends the process as `kill -9` does. */
  kill?: () => void;
  /** Milliseconds since the epoch, for the token buckets. */
  now?: () => number;
}

/** The faults that a local target has been told to have. Without any it behaves. They are not kept over a restart. */
export class Faults {
  private readonly faults = new Map<string, Fault>();
  private readonly seen = new Map<string, number>();
  private readonly held = new Map<string, Set<() => void>>();
  private readonly buckets = new Map<string, Bucket>();
  private readonly listeners: ((fault: Fault) => void)[] = [];
  private last = 0;

  constructor(private readonly options: FaultsOptions = {}) {}

  /** Brings a fault into force. A `lose-task` is done at once by those who listen, so it is not listed afterwards. */
  set(request: FaultRequest): Fault {
    const fault: Fault = { ...request, id: `fault-${++this.last}` };
    if (fault.kind !== "lose-task") this.faults.set(fault.id, fault);
    for (const listener of this.listeners) listener(fault);
    if (fault.kind === "kill-daemon" && !waitsForCall(fault)) setTimeout(() => this.kill(), beforeKillMs);
    return fault;
  }

  list(): Fault[] {
    return [...this.faults.values()];
  }

  /** Ends one fault, or all; calls that hang go on. Throws `fault-unknown` (exit 2). */
  clear(id?: string): Fault[] {
    const gone = this.list().filter((fault) => id === undefined || fault.id === id);
    if (id !== undefined && gone.length === 0) {
      throw invalidRequest(
        "fault-unknown",
        `There is no fault ${id}.`,
        "moorage local fault --list shows the active ones.",
      );
    }
    for (const fault of gone) {
      this.faults.delete(fault.id);
      this.seen.delete(fault.id);
      for (const release of this.held.get(fault.id) ?? []) release();
      if (fault.kind === "throttle") this.buckets.clear();
    }
    return gone;
  }

  /** Called with each fault when it is set: how ECS learns of `lose-task`. */
  onSet(listener: (fault: Fault) => void): void {
    this.listeners.push(listener);
  }

  /** The load balancer's quotas as the faults leave them. */
  limits(): { rules?: number } {
    const counts = this.list().flatMap((fault) => (fault.kind === "rules-full" ? (fault.count ?? 0) : []));
    return counts.length > 0 ? { rules: Math.min(...counts) } : {};
  }

  /** Why an image may not be pulled, in ECS's words; undefined when it may. */
  imageDenial(image: string): AwsError | undefined {
    const denied = this.list().some((fault) => fault.kind === "deny-image" && image.includes(fault.image));
    return denied ? pullDenied(image) : undefined;
  }

  /** Whether Fargate has room for tasks. */
  hasCapacity(): boolean {
    return !this.list().some(({ kind }) => kind === "no-capacity");
  }

  /** What the cloud asks before each call. */
  readonly gate: Gate = async (call) => {
    for (const fault of this.list()) await this.apply(fault, call);
  };

  private async apply(fault: Fault, call: Call): Promise<void> {
    switch (fault.kind) {
      case "throttle":
        return this.throttle(fault.speed ?? 1, call);
      case "latency":
        return concerns(fault, call) ? this.hold(fault, fault.ms) : undefined;
      case "hang":
        return this.isTurn(fault, call) ? this.hold(fault, fault.ms ?? hangMs) : undefined;
      case "error":
        if (this.isTurn(fault, call)) throw failure(fault, call);
        return;
      case "kill-daemon":
        if (this.isTurn(fault, call)) this.kill();
        return;
    }
  }

  private throttle(speed: number, { service, operation, site }: Call): void {
    const found = bucketOf(service, operation);
    if (!found) return;
    const name = `${site.account} ${site.region} ${found.name}`;
    const rate = { burst: found.rate.burst, perSecond: found.rate.perSecond * speed };
    const now = this.options.now?.() ?? Date.now();
    const { allowed, bucket } = take(this.buckets.get(name), rate, now);
    this.buckets.set(name, bucket);
    if (!allowed) throw throttlingError(service);
  }

  /** Counts a call that the fault is about, and says whether it is one that fails. */
  private isTurn(fault: Extract<Fault, { nth?: number }>, call: Call): boolean {
    if (!concerns(fault, call)) return false;
    const count = (this.seen.get(fault.id) ?? 0) + 1;
    this.seen.set(fault.id, count);
    const first = fault.nth ?? 1;
    return count >= first && count < first + (fault.times ?? 1);
  }

  private hold(fault: Fault, ms: number): Promise<void> {
    const held = this.held.get(fault.id) ?? new Set();
    this.held.set(fault.id, held);
    return new Promise((resolve) => {
      const release = () => {
        clearTimeout(timer);
        held.delete(release);
        resolve();
      };
      const timer = setTimeout(release, ms).unref();
      held.add(release);
    });
  }

  private kill(): void {
    if (this.options.kill) this.options.kill();
    else process.kill(process.pid, "SIGKILL");
  }
}

function concerns(fault: { service?: string; operation?: string }, call: Call): boolean {
  return (
    (fault.service === undefined || fault.service === call.service) &&
    (fault.operation === undefined || fault.operation === call.operation)
  );
}

function failure(fault: Extract<Fault, { kind: "error" }>, call: Call): AwsError {
  if (fault.code === undefined) {
    const usual = serverFailure(call.service);
    return new AwsError(usual.code, fault.message ?? usual.message, fault.status ?? usual.status);
  }
  return new AwsError(fault.code, fault.message ?? "This failure was injected.", fault.status ?? 400);
}
