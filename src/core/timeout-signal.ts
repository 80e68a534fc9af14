/**
 * `AbortSignal.timeout` that fires also where it is one of several in `AbortSignal.any`: Node 20 forgets a timeout that nobody listens to
 * when it collects garbage, and the bound with it.
 */
export function timeoutSignal(ms: number): AbortSignal {
  const signal = AbortSignal.timeout(ms);
  signal.addEventListener("abort", () => undefined, { once: true });
  return signal;
}
