import * as http from "node:http";
import type { AddressInfo } from "node:net";
import type { Elbv2 } from "../../../src/local/elbv2/elbv2.js";
import { until } from "../elbv2/until.js";
import { ask } from "./ask.js";

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
  /** Requests that were not answered with 200, by what came instead. */
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
  const tally: Tally = { sent: 0, lost: {}, served: 0, versions: 0, durationMs: 0 };
  const versions = new Set<string>();
  const started = Date.now();
  let current = await enter(options, tally, 0, 2);
  const load = send(options, tally, versions);
  for (let rollout = 1; rollout <= options.rollouts; rollout++) {
    await until(
      () => tally.sent >= (options.requests * rollout) / (options.rollouts + 1),
      "the load goes on",
      300_000,
    );
    const next = await enter(options, tally, rollout, 1 + (rollout % 3));
    await Promise.all(current.map((server) => leave(elbv2, targetGroupArn, server)));
    current = next;
  }
  await load;
  tally.durationMs = Date.now() - started;
  tally.versions = versions.size;
  await Promise.all(current.map((server) => leave(elbv2, targetGroupArn, server)));
  return tally;
}

function targetOf(server: http.Server): { id: string; port: number } {
  return { id: "127.0.0.1", port: (server.address() as AddressInfo).port };
}

/** Starts targets of one version and waits until they are healthy. */
async function enter(options: Drill, tally: Tally, version: number, count: number): Promise<http.Server[]> {
  const { elbv2, targetGroupArn } = options;
  const servers = await Promise.all(
    Array.from({ length: count }, () => start(tally, version, options.slowMs)),
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

async function start(tally: Tally, version: number, slowMs: number): Promise<http.Server> {
  // Closes idle connections at once and without a hint, so that kept connections fail often when they are used again.
  const server = http.createServer({ keepAliveTimeout: 5 }, (request, response) => {
    response.setHeader("Connection", "keep-alive");
    if (request.url === "/check") return void response.end();
    tally.served++;
    request.resume();
    request.on("end", () => {
      if (request.url === "/slow") setTimeout(() => response.end(String(version)), slowMs);
      else response.end(String(version));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

async function send(options: Drill, tally: Tally, versions: Set<string>): Promise<void> {
  const kept = new http.Agent({ keepAlive: true, maxSockets: 200 });
  const started = Date.now();
  const answers: Promise<void>[] = [];
  while (tally.sent < options.requests) {
    const due = Math.min(options.requests, ((Date.now() - started) / 1000) * options.perSecond);
    while (tally.sent < due) answers.push(one(options.port, tally.sent++, kept, tally, versions));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await Promise.all(answers);
  kept.destroy();
}

async function one(
  port: number,
  index: number,
  kept: http.Agent,
  tally: Tally,
  versions: Set<string>,
): Promise<void> {
  const path = index % 10 === 0 ? "/slow" : "/";
  const agent = index % 4 === 0 ? undefined : kept;
  const post = index % 5 === 0 ? { method: "POST", body: "x".repeat(2000) } : {};
  try {
    const { status, body } = await ask(port, { path, agent, ...post });
    if (status === 200) versions.add(body);
    else count(tally.lost, `status ${status}`);
  } catch (error) {
    count(tally.lost, String(error));
  }
}

function count(counts: Record<string, number>, what: string): void {
  counts[what] = (counts[what] ?? 0) + 1;
}
