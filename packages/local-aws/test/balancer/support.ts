import * as net from "node:net";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { createBalancer, type Balancer } from "../../src/balancer/balancer.js";
import type { Elbv2 } from "../../src/services/elbv2/elbv2.js";
import type { Target } from "../../src/ports.js";
import { bench, serve, wired, type Bench } from "../services/elbv2/support.js";
import { until } from "../services/elbv2/until.js";

export async function balance(elbv2: Elbv2): Promise<Balancer> {
  const balancer = await createBalancer({ elbv2, port: 0 });
  onTestFinished(() => balancer.close());
  return balancer;
}

/** A bench with one target group behind `app.localhost`, whose targets count as healthy or not as the test says. */
export async function stage(options: { healthy?: boolean; settings?: object } = {}) {
  const healthy = options.healthy ?? true;
  const made: Bench = bench({
    probe: () =>
      Promise.resolve(
        healthy ? { passed: true } : { passed: false, reason: "Target.Timeout", description: "no" },
      ),
  });
  const wiring = await wired(made.call, options.settings);
  const balancer = await balance(made.elbv2);
  return { ...made, ...wiring, balancer, port: balancer.port };
}

export async function join(elbv2: Elbv2, arn: string, target: Target, state = "healthy"): Promise<void> {
  elbv2.targetGroups.register(arn, target);
  await until(() => elbv2.targetGroups.health(arn, target)?.state === state, `the target is ${state}`);
}

export async function closedTarget(): Promise<Target> {
  const { server, target } = await serve(() => undefined);
  await new Promise((resolve) => server.close(resolve));
  return target;
}

export async function rawTarget(onConnection: (socket: net.Socket) => void): Promise<Target> {
  const server = net.createServer((socket) => onConnection(socket.on("error", () => undefined)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { id: "127.0.0.1", port: (server.address() as AddressInfo).port };
}
