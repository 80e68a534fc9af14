import type { HealthChecker } from "./checker.js";
import { deregistrationDelay, idleTimeout } from "./attributes.js";
import type { Drains, InFlight } from "./drains.js";
import {
  rulesOfListener,
  type ListenerRow,
  type LoadBalancerRow,
  type Rows,
  type RuleRow,
  type TargetGroupRow,
  type TargetRow,
} from "./rows.js";

/** One listener with its rules by priority. */
export interface RoutedListener {
  loadBalancer: LoadBalancerRow;
  listener: ListenerRow;
  rules: RuleRow[];
}

/** The load balancer's side of traffic: what to route by, and what traffic shows about targets. */
export interface Routing {
  /** Seals client secrets and sessions (32 bytes). */
  key: Buffer;
  /** The same array until a load balancer, listener or rule changes. */
  listeners(): readonly RoutedListener[];
  /** Those of network load balancers, by TCP. */
  streams(): readonly RoutedListener[];
  /** Called when load balancers, listeners or rules change. */
  onRerouted(listener: () => void): void;
  group(targetGroupArn: string): TargetGroupRow | undefined;
  idleTimeoutMs(loadBalancer: LoadBalancerRow): number;
  /** Says that a request to the target began; what it returns says, once, that it ended. */
  began(group: TargetGroupRow, target: TargetRow): () => void;
  inFlight(group: TargetGroupRow, target: TargetRow): number;
  /** Says that the target did not answer a request, or with a server error, so that it is checked at once. */
  suspect(group: TargetGroupRow, target: TargetRow): void;
  /** Says that a target of the group answered a request after so many milliseconds. */
  answered(group: TargetGroupRow, ms: number): void;
  onAnswered(listener: (targetGroupArn: string, ms: number) => void): void;
  /** Called when a target starts draining: no idle connection to it is used again. */
  onDraining(listener: (targetGroupArn: string, target: TargetRow) => void): void;
  /** Called when a target has drained. */
  onDrained(listener: (group: TargetGroupRow, target: TargetRow) => void): void;
}

export interface OwnedRouting extends Routing {
  refresh(): void;
  drained(targetGroupArn: string, target: TargetRow): void;
  removed(group: TargetGroupRow, target: TargetRow): void;
}

export function createRouting(parts: {
  rows: Rows;
  inFlight: InFlight;
  checker: HealthChecker;
  drains: Drains;
  key: Buffer;
}): OwnedRouting {
  const { rows, inFlight, checker, drains } = parts;
  const drainListeners: ((targetGroupArn: string, target: TargetRow) => void)[] = [];
  const removals: ((group: TargetGroupRow, target: TargetRow) => void)[] = [];
  const reroutings: (() => void)[] = [];
  const answerListeners: ((targetGroupArn: string, ms: number) => void)[] = [];
  let { listeners, streams } = routed(rows);
  return {
    key: parts.key,
    listeners: () => listeners,
    streams: () => streams,
    onRerouted: (listener) => void reroutings.push(listener),
    group: (arn) => rows.targetGroups[arn],
    idleTimeoutMs: (loadBalancer) => idleTimeout(loadBalancer.attributes) * 1000,
    inFlight: (group, target) => inFlight.count(group.arn, target),
    began(group, target) {
      inFlight.add(group.arn, target, 1);
      let ended = false;
      return () => {
        if (ended) return;
        ended = true;
        const left = inFlight.add(group.arn, target, -1);
        if (left === 0 && target.drainingSince !== undefined) {
          drains.review(group, target, deregistrationDelay(group.attributes));
        }
      };
    },
    suspect: (group, target) => checker.suspect(group, target),
    answered(group, ms) {
      for (const listener of answerListeners) listener(group.arn, ms);
    },
    onAnswered: (listener) => void answerListeners.push(listener),
    onDraining: (listener) => void drainListeners.push(listener),
    onDrained: (listener) => void removals.push(listener),
    removed(group, target) {
      for (const listener of removals) listener(group, target);
    },
    drained(arn, target) {
      for (const listener of drainListeners) listener(arn, target);
    },
    refresh() {
      ({ listeners, streams } = routed(rows));
      for (const listener of reroutings) listener();
    },
  };
}

/** HTTPS listeners come first: where an HTTP one only redirects to them, the app is what a person wants to see here. */
function routed(rows: Rows): { listeners: RoutedListener[]; streams: RoutedListener[] } {
  const all = Object.values(rows.listeners).flatMap((listener) => {
    const loadBalancer = rows.loadBalancers[listener.loadBalancerArn];
    return loadBalancer ? [{ loadBalancer, listener, rules: rulesOfListener(rows, listener.arn) }] : [];
  });
  const [streams, listeners] = [true, false].map((isStream) =>
    all.filter(({ listener }) => (listener.protocol === "TCP") === isStream),
  );
  listeners?.sort((a, b) => b.listener.protocol.localeCompare(a.listener.protocol));
  return { listeners: listeners ?? [], streams: streams ?? [] };
}
