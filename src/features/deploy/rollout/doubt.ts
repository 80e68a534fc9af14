/** Where a look stands: milliseconds since the epoch. */
export interface LookTime {
  now: number;
  deadline: number;
}

/** Also at the deadline: one odd answer does not make a failure of a deployment that ended well (F5). */
export const leastLooks = 3;

/**
 * Says whether an answer that contradicts what is known is to be believed: when every look has said it for `doubtMs`, or
 * until the deadline, and at least three have. ECS is eventually consistent: what it answers a moment after a change may
 * be older than the change (F43). One answer that contradicts nothing begins the count anew.
 * Source: Amazon ECS API reference, "Eventual consistency in the Amazon ECS API".
 */
export function doubts(doubtMs: number): (isOdd: boolean, time: LookTime) => boolean {
  let looks = 0;
  let since = 0;
  return (isOdd, { now, deadline }) => {
    if (!isOdd) {
      looks = 0;
      return false;
    }
    if (looks === 0) since = now;
    looks += 1;
    return looks >= leastLooks && (now >= deadline || now - since >= doubtMs);
  };
}
