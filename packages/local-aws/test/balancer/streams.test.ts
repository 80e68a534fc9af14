import * as net from "node:net";
import { once } from "node:events";
import { expect, it, onTestFinished } from "vitest";
import { Streams } from "../../src/balancer/streams.js";
import { bench, targetGroup, type Call } from "../services/elbv2/support.js";
import { until } from "../services/elbv2/until.js";
import { join, rawTarget } from "./support.js";

interface Made {
  LoadBalancers: [{ LoadBalancerArn: string; Type: string }];
  Listeners: [{ ListenerArn: string }];
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function networkBalancer(call: Call): Promise<string> {
  const made = await call<Made>("CreateLoadBalancer", {
    Name: "passing",
    Type: "network",
    Subnets: ["subnet-1"],
  });
  expect(made.LoadBalancers[0].Type).toBe("network");
  expect(made.LoadBalancers[0].LoadBalancerArn).toContain(":loadbalancer/net/passing/");
  return made.LoadBalancers[0].LoadBalancerArn;
}

const byTcp = { Protocol: "TCP", HealthCheckProtocol: "TCP" };

async function stage(attributes: Record<string, string> = {}, options: Parameters<typeof bench>[0] = {}) {
  const made = bench(options);
  const streams = new Streams(made.elbv2.routing);
  onTestFinished(() => streams.close());
  const LoadBalancerArn = await networkBalancer(made.call);
  const group = await targetGroup(made.call, "passed", byTcp);
  const Attributes = Object.entries(attributes).map(([Key, Value]) => ({ Key, Value }));
  if (Attributes.length > 0)
    await made.call("ModifyTargetGroupAttributes", { TargetGroupArn: group, Attributes });
  const Port = await freePort();
  const DefaultActions = [{ Type: "forward", TargetGroupArn: group }];
  const { Listeners } = await made.call<Made>("CreateListener", {
    LoadBalancerArn,
    Port,
    Protocol: "TCP",
    DefaultActions,
  });
  return { ...made, streams, group, port: Port, listener: Listeners[0].ListenerArn, LoadBalancerArn };
}

/** Connects, and keeps what comes. */
async function client(port: number) {
  const socket = net.connect(port, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  let text = "";
  let isOpen = true;
  socket.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
  socket.on("error", () => undefined);
  socket.on("close", () => (isOpen = false));
  await Promise.race([once(socket, "connect"), once(socket, "close")]).catch(() => undefined);
  return { socket, text: () => text, isOpen: () => isOpen };
}

/** Answers each chunk with a name before it. */
const echo = (name: string) =>
  rawTarget((socket) =>
    socket.on("data", (chunk: Buffer) => socket.write(`${name}:${chunk.toString("latin1")}`)),
  );

it("passes bytes both ways, to a healthy target only", async () => {
  const { elbv2, group, port, streams } = await stage();
  const nobody = await freePort();
  elbv2.targetGroups.register(group, { id: "127.0.0.1", port: nobody });
  await join(elbv2, group, await echo("a"));
  for (const word of ["one", "two", "three"]) {
    const { socket, text } = await client(port);
    socket.write(word);
    await until(() => text() === `a:${word}`, `an answer to ${word}`);
  }
  expect(streams.notes()).toEqual([]);
});

it("ends a connection where there is no target, and follows the listener when it goes", async () => {
  const { call, port, listener } = await stage();
  const { isOpen } = await client(port);
  await until(() => !isOpen(), "the connection is ended");
  await call("DeleteListener", { ListenerArn: listener });
  const refused = new Promise((resolve) => net.connect(port, "127.0.0.1").on("error", resolve));
  expect(await refused).toMatchObject({ code: "ECONNREFUSED" });
});

it("a target that drains keeps its connections and gets no new ones", async () => {
  const { elbv2, group, port } = await stage({ "deregistration_delay.timeout_seconds": "1" });
  const [first, second] = [await echo("first"), await echo("second")];
  await join(elbv2, group, first);
  const kept = await client(port);
  kept.socket.write("x");
  await until(() => kept.text() === "first:x", "the first answers");
  await join(elbv2, group, second);
  elbv2.targetGroups.deregister(group, first);
  const fresh = await client(port);
  fresh.socket.write("y");
  await until(() => fresh.text() === "second:y", "the second answers");
  await until(() => elbv2.targetGroups.health(group, first) === undefined, "the first has drained");
  kept.socket.write("z");
  await until(() => kept.text() === "first:xfirst:z", "what was open is open");
});

it("connections end with the deregistration delay where the group says so", async () => {
  const { elbv2, group, port } = await stage({
    "deregistration_delay.timeout_seconds": "1",
    "deregistration_delay.connection_termination.enabled": "true",
  });
  const target = await echo("a");
  await join(elbv2, group, target);
  const { socket, text, isOpen } = await client(port);
  socket.write("x");
  await until(() => text() === "a:x", "an answer");
  elbv2.targetGroups.deregister(group, target);
  expect(isOpen()).toBe(true);
  await until(() => !isOpen(), "the connection is ended");
});

it("tells who connects by proxy protocol v2", async () => {
  const { elbv2, group, port } = await stage({ "proxy_protocol_v2.enabled": "true" });
  await join(elbv2, group, await echo(""));
  const { socket, text } = await client(port);
  socket.write("x");
  await until(() => text().endsWith("x"), "an answer");
  const header = Buffer.from(text().replaceAll(/(?<!^)x$/g, ""), "latin1").subarray(1);
  expect(header.subarray(0, 12).toString("hex")).toBe("0d0a0d0a000d0a515549540a");
  expect(text()).toContain("\x7f\x00\x00\x01\x7f\x00\x00\x01");
});

it("refuses what AWS refuses of network load balancers", async () => {
  const { call, group, LoadBalancerArn } = await stage();
  const forward = [{ Type: "forward", TargetGroupArn: group }];
  const attribute = (Key: string, Value: string) =>
    call("ModifyTargetGroupAttributes", { TargetGroupArn: group, Attributes: [{ Key, Value }] });
  await expect(attribute("stickiness.type", "lb_cookie")).rejects.toThrow(/lb_cookie.*TCP protocol/);
  await expect(attribute("slow_start.duration_seconds", "30")).rejects.toThrow(/not recognized/);
  await expect(attribute("load_balancing.algorithm.type", "round_robin")).rejects.toThrow(/not recognized/);
  const more = { LoadBalancerArn, Port: await freePort() };
  await expect(
    call("CreateListener", { ...more, Protocol: "HTTP", DefaultActions: forward }),
  ).rejects.toThrow(/'TCP' for network/);
  await expect(
    call("CreateListener", {
      ...more,
      Protocol: "TCP",
      DefaultActions: [{ Type: "fixed-response", FixedResponseConfig: { StatusCode: "404" } }],
    }),
  ).rejects.toThrow(/must be 'forward'/);
  const http = await targetGroup(call, "by-http");
  await expect(
    call("CreateListener", {
      ...more,
      Protocol: "TCP",
      DefaultActions: [{ Type: "forward", TargetGroupArn: http }],
    }),
  ).rejects.toThrow(/not compatible/);
  await expect(targetGroup(call, "x", { ...byTcp, HealthCheckPath: "/" })).rejects.toThrow(
    /health check path/,
  );
  await expect(targetGroup(call, "x", { ...byTcp, Matcher: { HttpCode: "200" } })).rejects.toThrow(/matcher/);
  await expect(targetGroup(call, "x", { ...byTcp, ProtocolVersion: "HTTP2" })).rejects.toThrow(
    /protocol version/,
  );
  await expect(attribute("proxy_protocol_v2.enabled", "perhaps")).rejects.toThrow(/must be one of/);
});

it("a port of this machine that is taken is refused before a listener is promised", async () => {
  const { call } = bench({ portTaken: () => Promise.resolve(true) });
  const LoadBalancerArn = await networkBalancer(call);
  const TargetGroupArn = await targetGroup(call, "passed", byTcp);
  const DefaultActions = [{ Type: "forward", TargetGroupArn }];
  await expect(
    call("CreateListener", { LoadBalancerArn, Port: 5432, Protocol: "TCP", DefaultActions }),
  ).rejects.toThrow(/Port 5432 cannot be opened on this machine/);
});
