import { createHash } from "node:crypto";

/** One listener rule that a stack wants: a service's path patterns under its hosts. */
export interface WantedRule {
  service: string;
  /** Undefined for the one that leads to the service. */
  name?: string | undefined;
  /** As configured: `/*`, `/api/*`. */
  paths: readonly string[];
  /** Which of the foundation's further listeners it is at. */
  listener?: string;
  /** How many conditions it has besides host and path. */
  conditions?: number;
}

/** What a rule's priority goes by: `web`, `web/redirect-0a1b2c3d`. */
export function ruleKeyOf({ service, name }: Pick<WantedRule, "service" | "name">): string {
  return name === undefined ? service : `${service}/${name}`;
}

/** The service whose rule it is. */
export function serviceOfRule(key: string): string {
  return key.split("/", 1)[0] ?? key;
}

/** Source: CreateRule: 1 to 50000. */
const highest = 50_000;
/** Room between two rules of a host, so that a service that comes later finds its place. */
const stride = 8;

/**
 * Priorities by rule: rules that a stack has keep theirs, others get a free one. Among a host's rules the more
 * specific path gets the lower number, which the load balancer looks at first. Where a stack begins is derived from its
 * host, so that stacks rarely meet, and the same question has the same answer (F16).
 *
 * `taken`: every priority of the listener's rules, the stack's own included. `current`: the stack's own, by rule.
 * Throws when the listener is full.
 */
export function choosePriorities(
  host: string,
  wanted: readonly WantedRule[],
  taken: Iterable<number>,
  current: Readonly<Record<string, number>> = {},
): Record<string, number> {
  const order = bySpecificity(wanted).map(ruleKeyOf);
  const kept = keepOrdered(order, current);
  const used = new Set([...taken, ...Object.values(current)]);
  const extended = kept && extend(order, kept, used, startOf(host));
  return extended ?? afresh(order, used, startOf(host));
}

/** The most specific rule first: a longer path before its wildcard, one with more conditions before one with fewer, `/*` last. */
export function bySpecificity<Rule extends WantedRule>(rules: readonly Rule[]): Rule[] {
  const rank = (rule: Rule) => Math.min(...rule.paths.map(fixedLength));
  const more = (a: Rule, b: Rule) => (b.conditions ?? 0) - (a.conditions ?? 0);
  return [...rules].sort((a, b) => rank(b) - rank(a) || more(a, b) || (ruleKeyOf(a) < ruleKeyOf(b) ? -1 : 1));
}

/** Characters before the first wildcard; a path without one beats the pattern that begins like it. */
function fixedLength(path: string): number {
  const wildcard = path.search(/[*?]/);
  return wildcard < 0 ? path.length + 0.5 : wildcard;
}

/** The current priorities of the wanted rules, when they are in order already. */
function keepOrdered(
  order: readonly string[],
  current: Readonly<Record<string, number>>,
): Record<string, number> | undefined {
  const kept = order.flatMap((service): [string, number][] => {
    const priority = current[service];
    return priority === undefined ? [] : [[service, priority]];
  });
  const ordered = kept.every(([, priority], index) => priority > (kept[index - 1]?.[1] ?? 0));
  return ordered ? Object.fromEntries(kept) : undefined;
}

/** A free place between its neighbours for each rule that has none; undefined when there is no room. */
function extend(
  order: readonly string[],
  kept: Record<string, number>,
  used: ReadonlySet<number>,
  start: number,
): Record<string, number> | undefined {
  const chosen = { ...kept };
  let below = 0;
  for (const [index, service] of order.entries()) {
    const above = order
      .slice(index)
      .map((later) => chosen[later])
      .find((priority) => priority !== undefined);
    const priority = chosen[service] ?? freeBetween(below, above, used, start);
    if (priority === undefined) return undefined;
    chosen[service] = priority;
    below = priority;
  }
  return chosen;
}

function freeBetween(
  below: number,
  above: number | undefined,
  used: ReadonlySet<number>,
  start: number,
): number | undefined {
  const first = below === 0 ? (above === undefined ? start : Math.max(1, above - stride)) : below + 1;
  for (let priority = first; priority < (above ?? highest + 1); priority++) {
    if (!used.has(priority)) return priority;
  }
  return undefined;
}

/** Free places in ascending order, from the start where there is room, else from the bottom. */
function afresh(order: readonly string[], used: ReadonlySet<number>, start: number): Record<string, number> {
  for (const [from, step] of [
    [start, stride],
    [start, 1],
    [1, 1],
  ] as const) {
    const free = freeFrom(from, step, order.length, used);
    if (free.length === order.length)
      return Object.fromEntries(order.map((service, index) => [service, free[index] ?? 0]));
  }
  throw new RangeError(`The listener has no ${order.length} free rule priorities left.`);
}

function freeFrom(from: number, step: number, count: number, used: ReadonlySet<number>): number[] {
  const free: number[] = [];
  let priority = from;
  while (priority <= highest && free.length < count) {
    const isFree = !used.has(priority);
    if (isFree) free.push(priority);
    priority += isFree ? step : 1;
  }
  return free;
}

function startOf(host: string): number {
  return 1000 + (createHash("sha256").update(host).digest().readUInt32BE() % (highest - 2000));
}
