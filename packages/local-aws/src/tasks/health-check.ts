import { scaled, type Pace } from "../ports.js";

/** A container's own health check, in seconds. Source: ECS, HealthCheck. */
export interface HealthCheckSpec {
  /** `CMD` and words, or `CMD-SHELL` and a line for the image's shell. */
  command: string[];
  interval: number;
  timeout: number;
  retries: number;
  startPeriod: number;
}

export type ContainerHealth = "UNKNOWN" | "HEALTHY" | "UNHEALTHY";

/** A check that runs again and again until it is stopped. */
export interface HealthCheck {
  /** Resolves when the container has been healthy once. */
  healthy: Promise<void>;
  stop(): void;
}

export interface HealthCheckDeps {
  /** Runs the command once; false where it fails or takes longer than the bound in milliseconds. */
  probe(command: string[], timeoutMs: number, signal: AbortSignal): Promise<boolean>;
  tell(health: ContainerHealth): void;
  pace: Pace;
  /** Failures count only after so many milliseconds, also without a start period: booting does not run faster here. */
  bootMs: number;
}

/**
 * As Docker runs it, which ECS hands it to: first after one interval; failures count from the end of the start period or from
 * the first success, `retries` of them in a row make it unhealthy, and one success makes it healthy again. Intervals are AWS's divided
 * by the pace until it is healthy and while it fails, and AWS's own while it stays healthy. The start period is the app's own
 * time. Source: Docker, "HEALTHCHECK"; ECS, HealthCheck.
 */
export function startHealthCheck(check: HealthCheckSpec, deps: HealthCheckDeps): HealthCheck {
  const end = new AbortController();
  let wasHealthy: () => void = () => undefined;
  const healthy = new Promise<void>((resolve) => (wasHealthy = resolve));
  const run = async () => {
    const counting = performance.now() + Math.max(check.startPeriod * 1_000, deps.bootMs);
    let health: ContainerHealth = "UNKNOWN";
    let failures = 0;
    let begun = false;
    for (;;) {
      const settled = health === "HEALTHY" && failures === 0;
      await pause(settled ? check.interval * 1_000 : scaled(check.interval, deps.pace), end.signal);
      if (end.signal.aborted) return;
      const passed = await deps.probe(commandOf(check), check.timeout * 1_000, end.signal);
      if (end.signal.aborted) return;
      begun ||= passed || performance.now() >= counting;
      failures = passed || !begun ? 0 : failures + 1;
      const next: ContainerHealth = passed ? "HEALTHY" : failures >= check.retries ? "UNHEALTHY" : health;
      if (passed) wasHealthy();
      if (next !== health) deps.tell((health = next));
    }
  };
  void run();
  return { healthy, stop: () => end.abort() };
}

function commandOf({ command: [form, ...words] }: HealthCheckSpec): string[] {
  return form === "CMD-SHELL" ? ["/bin/sh", "-c", words.join(" ")] : words;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done, { once: true });
    if (signal.aborted) done();
  });
}

/**
 * A command that names the container's port on its own machine gets the port that the container was given here. Source: awsvpc, where a
 * task has its ports to itself.
 */
export function withOwnPort(command: readonly string[], port: { asked?: number; given?: number }): string[] {
  const { asked, given } = port;
  if (asked === undefined || given === undefined) return [...command];
  const own = new RegExp(`(localhost|127\\.0\\.0\\.1|0\\.0\\.0\\.0|\\[::1\\]):${asked}(?!\\d)`, "g");
  return command.map((word) => word.replace(own, `127.0.0.1:${given}`));
}
