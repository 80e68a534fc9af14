/** A timer that has not gone off yet. */
interface Due {
  at: number;
  run: () => void;
}

/** What passed while the work was done, in milliseconds of its own time. */
export interface Passed<Value> {
  value: Value;
  elapsedMs: number;
}

/**
 * Does the work in a time of its own: `setTimeout`, `Date.now` and `Math.random` of this process are replaced until it
 * ends, so minutes pass in milliseconds, the same way at every run. The work waits by `setTimeout` alone.
 */
export async function inSimulatedTime<Value>(
  seed: number,
  work: () => Promise<Value>,
): Promise<Passed<Value>> {
  const real = { setTimeout: globalThis.setTimeout, now: Date.now, random: Math.random };
  const start = 1_700_000_000_000;
  const due: Due[] = [];
  let now = start;
  const later = (run: (...given: unknown[]) => void, ms = 0, ...given: unknown[]) => {
    // Whole milliseconds, and at least one, as Node has them.
    insert(due, { at: now + Math.max(1, Math.ceil(ms)), run: () => run(...given) });
    return due.length;
  };
  Object.assign(globalThis, { setTimeout: later });
  Object.assign(Date, { now: () => now });
  Object.assign(Math, { random: randomFrom(seed) });
  try {
    let ended = false;
    const working = work().finally(() => (ended = true));
    for (;;) {
      // Everything that is to be done at this moment is done before time goes on.
      await new Promise((resolve) => setImmediate(resolve));
      if (ended) return { value: await working, elapsedMs: now - start };
      // Without anything due, what is waited for is real: a module that is being loaded.
      const next = due.shift();
      now = next?.at ?? now;
      next?.run();
    }
  } finally {
    Object.assign(globalThis, { setTimeout: real.setTimeout });
    Object.assign(Date, { now: real.now });
    Object.assign(Math, { random: real.random });
  }
}

/** Waits in whatever time it is. Milliseconds. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => void globalThis.setTimeout(resolve, ms));
}

/** Sorted by time; of the same time, in the order of their coming. */
function insert(due: Due[], one: Due): void {
  let [low, high] = [0, due.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((due[middle]?.at ?? Infinity) <= one.at) low = middle + 1;
    else high = middle;
  }
  due.splice(low, 0, one);
}

/** Mulberry32: numbers from 0 to 1 that a seed decides. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
