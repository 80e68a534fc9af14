import type { Foundation } from "./schema.js";
import { pullRequestOf } from "./preview-names.js";

/**
 * The foundation once for each load balancer that the stack may stand at. Previews stand at their own where the foundation has
 * such, else at any; environments at the first.
 */
export function entrancesOf(foundation: Foundation, stack: string): [Foundation, ...Foundation[]] {
  const { spread, previewEntrances } = foundation;
  const [first, ...others] = pullRequestOf(stack) === undefined ? [] : previewEntrances;
  if (first === undefined) {
    return [foundation, ...spread.map((one) => ({ ...foundation, ...one }))];
  }
  const at = (one: typeof first): Foundation => ({ ...foundation, securityGroups: undefined, ...one });
  return [at(first), ...others.map(at)];
}

/** One load balancer that stacks may stand at, and how many more rules and target groups it takes. */
export interface Entrance {
  /** ARN. */
  listener: string;
  /** The smaller of the two; undefined where AWS does not tell. */
  free: number | undefined;
}

/**
 * Where a stack with so many new services is to stand: where it stands already, else where there is most room, the first
 * of equals. Undefined where nothing has room for it (F17).
 */
export function chooseEntrance<One extends Entrance>(
  entrances: readonly One[],
  needed: number,
  current: string | undefined,
): One | undefined {
  const room = ({ free }: One) => free ?? Number.POSITIVE_INFINITY;
  const wide = entrances.filter((one) => room(one) >= needed);
  const own = entrances.find(({ listener }) => listener === current);
  if (own !== undefined) return wide.includes(own) ? own : undefined;
  return wide.toSorted((a, b) => room(b) - room(a))[0];
}
