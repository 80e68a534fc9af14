import { connect as connectTo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { bounds } from "../../../core/bounds.js";
import { onAbort } from "../../../core/on-abort.js";
import type { Context } from "../../../context/context.js";
import type { NetworkAddress, ProbedService } from "../kinds/observed.js";
import type { SmokeResult } from "./await-checks.js";
import { loopbackNames } from "./probe.js";

const pauseMs = 100;

/**
 * Of services that a network load balancer leads to: a connection is made within `timeoutMs`, while every service has a healthy
 * target. Of one that answers in its VPC alone, targets tell.
 */
export async function awaitConnections(
  { reporter, signal }: Pick<Context, "reporter" | "signal">,
  services: readonly Pick<ProbedService, "name" | "network">[],
  timeoutMs: number,
  carried: () => Promise<string | undefined>,
): Promise<SmokeResult[]> {
  const results: SmokeResult[] = [];
  for (const { name, network } of services) {
    if (network === undefined) continue;
    const url = `tcp://${network.host}:${network.port}`;
    reporter.notify({ kind: "step", text: `Checking that ${url} takes connections` });
    const startedAt = performance.now();
    const deadline = startedAt + timeoutMs;
    for (;;) {
      const why = network.internal ? undefined : await whyNotConnected(network, bounds.smokeAttempt, signal);
      signal.throwIfAborted();
      const missing = why ?? (await carried());
      const problem = why ?? (missing && `takes connections while ${missing}`);
      if (problem === undefined || performance.now() + pauseMs >= deadline) {
        const durationMs = Math.round(performance.now() - startedAt);
        const told = network.internal
          ? "answers in its VPC alone: its targets are healthy"
          : "takes connections";
        reporter.notify({ kind: "detail", text: `${url} of ${name} ${problem ?? told}` });
        results.push({
          url,
          passed: problem === undefined,
          status: null,
          problem: problem ?? null,
          durationMs,
        });
        break;
      }
      reporter.notify({ kind: "progress", text: `${url} ${problem}` });
      await delay(pauseMs, undefined, { signal });
    }
    if (results.at(-1)?.passed === false) break;
  }
  return results;
}

/** Undefined where the other side takes a connection. Never throws for what it does, and settles whatever that is. */
export function whyNotConnected(
  { host, port }: Pick<NetworkAddress, "host" | "port">,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (signal.aborted) return Promise.resolve("interrupted");
  return new Promise((resolve) => {
    const socket = connectTo({ host, port, lookup: loopbackNames });
    const settle = (problem?: string) => {
      clearTimeout(timer);
      forget();
      resolve(problem);
      socket.destroy();
    };
    const timer = setTimeout(() => settle(`takes no connection within ${timeoutMs} ms`), timeoutMs);
    const forget = onAbort(signal, () => settle("interrupted"));
    socket.on("error", (error) => settle(`takes no connection: ${error.message}`));
    socket.on("connect", () => settle());
  });
}
