import * as http from "node:http";
import { ask } from "../../packages/local-aws/test/balancer/ask.js";

export interface Load {
  /** The load balancer's. */
  port: number;
  host?: string;
  requests: number;
  perSecond: number;
}

export interface LoadTally {
  sent: number;
  /** Requests that were not answered with 200, by what came instead. */
  lost: Record<string, number>;
  /** The different answers. */
  answers: Set<string>;
  /** Milliseconds of each answered request to `/`; the slow path's are left out. */
  waits: number[];
}

/**
 * Sends requests at a steady rate whatever the answers take: one in ten to `/slow`, one in five with a body, one in four on
 * a connection of its own and the others on up to 200 kept ones. `done` resolves with the last answer.
 */
export function startLoad(load: Load): { tally: LoadTally; done: Promise<void> } {
  const tally: LoadTally = { sent: 0, lost: {}, answers: new Set(), waits: [] };
  return { tally, done: send(load, tally) };
}

async function send(load: Load, tally: LoadTally): Promise<void> {
  const kept = new http.Agent({ keepAlive: true, maxSockets: 200 });
  const started = Date.now();
  const answers: Promise<void>[] = [];
  while (tally.sent < load.requests) {
    const due = Math.min(load.requests, ((Date.now() - started) / 1000) * load.perSecond);
    while (tally.sent < due) answers.push(one(load, tally.sent++, kept, tally));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await Promise.all(answers);
  kept.destroy();
}

async function one({ port, host }: Load, index: number, kept: http.Agent, tally: LoadTally): Promise<void> {
  const path = index % 10 === 0 ? "/slow" : "/";
  const agent = index % 4 === 0 ? undefined : kept;
  const post = index % 5 === 0 ? { method: "POST", body: "x".repeat(2000) } : {};
  const started = performance.now();
  try {
    const { status, body } = await ask(port, { host, path, agent, ...post });
    if (status !== 200) return count(tally.lost, `status ${status}`);
    tally.answers.add(body);
    if (path === "/") tally.waits.push(performance.now() - started);
  } catch (error) {
    count(tally.lost, String(error));
  }
}

function count(counts: Record<string, number>, what: string): void {
  counts[what] = (counts[what] ?? 0) + 1;
}
