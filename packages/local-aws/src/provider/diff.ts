import { UNKNOWN, canonical, isObject, type Properties } from "./values.js";

export interface Change {
  kind: "add" | "delete" | "update";
  /** Whether the change forces a replacement. */
  replace: boolean;
}

/** How one property's values are told apart where plain equality is not AWS's (a JSON document, a set). */
export type Same = (property: string, before: unknown, after: unknown) => boolean;

/**
 * What differs between the inputs of the state and those of the program, by property path (`healthCheck.path`, `subnets[1]`).
 * `replaces` holds top-level properties or paths; a value not yet known counts as changed.
 */
export function diffInputs(
  before: Properties,
  after: Properties,
  replaces: ReadonlySet<string>,
  same: Same = () => false,
): Map<string, Change> {
  const changes = new Map<string, Change>();
  const visit = (path: string, old: unknown, now: unknown, replace: boolean): void => {
    const forced = replace || replaces.has(path);
    if (equal(old, now) || same(path, old, now)) return;
    if (isObject(old) && isObject(now)) {
      for (const key of keys(old, now)) visit(`${path}.${key}`, old[key], now[key], forced);
    } else {
      changes.set(path, { kind: kindOf(old, now), replace: forced });
    }
  };
  for (const key of keys(before, after)) visit(key, before[key], after[key], false);
  return changes;
}

/** Equal as AWS sees it: lists of plain values (subnets, security groups, host names) are sets there. */
export function equal(before: unknown, after: unknown): boolean {
  if (after === UNKNOWN) return false;
  if (Array.isArray(before) && Array.isArray(after)) {
    return before.length === after.length && canonical(asSet(before)) === canonical(asSet(after));
  }
  return canonical(before) === canonical(after);
}

function asSet(items: unknown[]): unknown[] {
  return items.some((item) => typeof item === "object") ? items : items.map(String).sort();
}

function keys(a: Properties, b: Properties): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])];
}

function kindOf(before: unknown, after: unknown): Change["kind"] {
  if (before === undefined) return "add";
  return after === undefined ? "delete" : "update";
}

/**
 * The inputs as the live resource has them now: the old inputs with every value that AWS reports put in place. What a program
 * never set (AWS's own defaults) stays out, so that a refresh shows what was changed behind Pulumi's back and nothing else.
 */
export function projectInputs(inputs: Properties, live: Properties): Properties {
  const projected = Object.entries(inputs).map(([key, value]) => [key, project(value, live[key])] as const);
  return Object.fromEntries(projected);
}

function project(value: unknown, live: unknown): unknown {
  if (live === undefined || equal(value, live)) return value;
  if (isObject(value) && isObject(live)) return projectInputs(value, live);
  if (Array.isArray(value) && Array.isArray(live) && value.length === live.length) {
    return value.map((item, index) => project(item, live[index]));
  }
  return live;
}
