import type * as net from "node:net";
import { describe, expect, it } from "vitest";
import { bench, serve, wired } from "../services/elbv2/support.js";
import { until } from "../services/elbv2/until.js";
import { ask } from "./ask.js";
import { balance, stage, join, closedTarget, rawTarget } from "./support.js";

describe("failures", () => {
  it("answers 502 when the connection is refused", async () => {
    const { elbv2, targetGroupArn, port } = await stage();
    await join(elbv2, targetGroupArn, await closedTarget());
    expect(await ask(port)).toMatchObject({ status: 502 });
  });

  it.each([
    ["resets the connection", (socket: net.Socket) => socket.resetAndDestroy()],
    ["closes without an answer", (socket: net.Socket) => socket.end()],
    ["answers what is not HTTP", (socket: net.Socket) => socket.end("hello\r\n\r\n")],
  ])("answers 502 when the target %s", async (_what, behave) => {
    const { elbv2, targetGroupArn, port } = await stage();
    const target = await rawTarget((socket) => socket.once("data", () => behave(socket)));
    await join(elbv2, targetGroupArn, target);
    expect(await ask(port)).toMatchObject({ status: 502 });
    expect(await ask(port, { method: "POST", body: "x" })).toMatchObject({ status: 502 });
  });

  it("answers 504 when the target is silent for the idle timeout", async () => {
    const { elbv2, call, loadBalancerArn, targetGroupArn, port } = await stage();
    await call("ModifyLoadBalancerAttributes", {
      LoadBalancerArn: loadBalancerArn,
      Attributes: [{ Key: "idle_timeout.timeout_seconds", Value: "1" }],
    });
    await join(elbv2, targetGroupArn, (await serve(() => undefined)).target);
    const title = expect.stringContaining("<h1>504 Gateway Time-out</h1>") as string;
    expect(await ask(port)).toMatchObject({ status: 504, body: title });
  });

  it("breaks off the answer when the target dies in the middle", async () => {
    const { elbv2, targetGroupArn, port } = await stage();
    const target = await rawTarget((socket) =>
      socket.once("data", () => {
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", () => socket.resetAndDestroy());
      }),
    );
    await join(elbv2, targetGroupArn, target);
    await expect(ask(port)).rejects.toThrow();
  });

  it.each([
    ["refuses", async () => await closedTarget()],
    ["fails", async () => (await serve((_, response) => response.writeHead(500).end())).target],
  ])("has a settled target checked at once when it %s", async (_what, make) => {
    let alive = true;
    const { elbv2, call } = bench({
      probe: () =>
        Promise.resolve(
          alive ? { passed: true } : { passed: false, reason: "Target.Timeout", description: "no" },
        ),
    });
    const { targetGroupArn } = await wired(call);
    const { port } = await balance(elbv2);
    const target = await make();
    await join(elbv2, targetGroupArn, target);
    const row = Object.values(elbv2.routing.group(targetGroupArn)?.targets ?? {})[0];
    await until(() => (row?.health.passes ?? 0) >= 10, "it has settled");
    alive = false;
    await ask(port);
    const state = () => elbv2.targetGroups.health(targetGroupArn, target)?.state;
    await until(() => state() === "unhealthy", "it is unhealthy", 2000);
  });

  it("sends a request again when a kept connection turns out to be closed", async () => {
    const { elbv2, targetGroupArn, port } = await stage();
    let connections = 0;
    const target = await rawTarget((socket) => {
      connections++;
      let requests = 0;
      socket.on("data", () => {
        if (++requests > 1) socket.resetAndDestroy();
        else socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
      });
    });
    await join(elbv2, targetGroupArn, target);
    for (let index = 0; index < 5; index++)
      expect(await ask(port)).toMatchObject({ status: 200, body: "ok" });
    expect(connections).toBe(5);
  });
});
