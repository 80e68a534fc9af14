/**
 * Aborts after `ms`, or with any of the signals; undefined ones are left out. Node 20 forgets an `AbortSignal.timeout` in
 * `AbortSignal.any` when it collects garbage, and the bound with it, unless somebody listens to the timeout itself.
 */
export function boundedSignal(ms: number, ...signals: readonly (AbortSignal | undefined)[]): AbortSignal {
  const timeout = AbortSignal.timeout(ms);
  timeout.addEventListener("abort", () => undefined, { once: true });
  return AbortSignal.any([timeout, ...signals.filter((signal) => signal !== undefined)]);
}
