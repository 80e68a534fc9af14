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
