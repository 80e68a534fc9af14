import * as http from "node:http";
import type { AddressInfo } from "node:net";
import type { Elbv2 } from "../../src/services/elbv2/elbv2.js";
import { until } from "../services/elbv2/until.js";
import { startLoad } from "../../../../test/harness/load.js";

export interface Drill {
  elbv2: Elbv2;
  port: number;
  targetGroupArn: string;
  requests: number;
  perSecond: number;
  rollouts: number;
  /** How long one request in ten takes, in milliseconds. */
  slowMs: number;
}

export interface Tally {
  sent: number;
  lost: Record<string, number>;
  /** Requests that were carried out, repeated ones counted twice. */
  served: number;
  versions: number;
  /** Milliseconds from first to last answer. */
  durationMs: number;
}

/**
 * Sends requests at a steady rate, on kept and on new connections, with and without bodies, some of them slow, while the
 * targets are replaced again and again as ECS does it: new ones healthy first, then the old ones drained, then killed.
 */
export async function drill(options: Drill): Promise<Tally> {
  const { elbv2, targetGroupArn } = options;
  const served = { count: 0 };
  const started = Date.now();
  let current = await enter(options, served, 0, 2);
  const { tally, done } = startLoad(options);
  for (let rollout = 1; rollout <= options.rollouts; rollout++) {
    await until(
      () => tally.sent >= (options.requests * rollout) / (options.rollouts + 1),
      "the load goes on",
      300_000,
    );
    const next = await enter(options, served, rollout, 1 + (rollout % 3));
    await Promise.all(current.map((server) => leave(elbv2, targetGroupArn, server)));
    current = next;
  }
  await done;
  const durationMs = Date.now() - started;
  await Promise.all(current.map((server) => leave(elbv2, targetGroupArn, server)));
  return {
    sent: tally.sent,
    lost: tally.lost,
    served: served.count,
    versions: tally.answers.size,
    durationMs,
  };
}

function targetOf(server: http.Server): { id: string; port: number } {
  return { id: "127.0.0.1", port: (server.address() as AddressInfo).port };
}

/** Starts targets of one version and waits until they are healthy. */
async function enter(
  options: Drill,
  served: { count: number },
  version: number,
  count: number,
): Promise<http.Server[]> {
  const { elbv2, targetGroupArn } = options;
  const servers = await Promise.all(
    Array.from({ length: count }, () => start(served, version, options.slowMs)),
  );
  for (const server of servers) elbv2.targetGroups.register(targetGroupArn, targetOf(server));
  const healthy = (server: http.Server) =>
    elbv2.targetGroups.health(targetGroupArn, targetOf(server))?.state === "healthy";
  await until(() => servers.every(healthy), "the new targets are healthy");
  return servers;
}

/** Drains a target and then ends it as SIGKILL would, with whatever connection it still has. */
async function leave(elbv2: Elbv2, targetGroupArn: string, server: http.Server): Promise<void> {
  const target = targetOf(server);
  elbv2.targetGroups.deregister(targetGroupArn, target);
  await until(
    () => elbv2.targetGroups.health(targetGroupArn, target) === undefined,
    "the target has drained",
    60_000,
  );
  server.close();
  server.closeAllConnections();
}

async function start(served: { count: number }, version: number, slowMs: number): Promise<http.Server> {
  // Closes idle connections at once and without a hint, so that kept connections fail often when they are used again.
  const server = http.createServer({ keepAliveTimeout: 5 }, (request, response) => {
    response.setHeader("Connection", "keep-alive");
    if (request.url === "/check") return void response.end();
    served.count++;
    request.resume();
    request.on("end", () => {
      if (request.url === "/slow") setTimeout(() => response.end(String(version)), slowMs);
      else response.end(String(version));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}
