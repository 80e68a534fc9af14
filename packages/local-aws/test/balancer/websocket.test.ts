import * as net from "node:net";
import type { Server } from "node:http";
import { describe, expect, it, onTestFinished } from "vitest";
import { serve } from "../services/elbv2/support.js";
import { until } from "../services/elbv2/until.js";
import { stage, join } from "./support.js";

describe("WebSocket", () => {
  /** Accepts an upgrade and then sends back what it is sent. */
  function echoing(server: Server): void {
    server.on("upgrade", (request, socket, head) => {
      socket.on("error", () => undefined);
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: ${request.headers.upgrade}\r\nConnection: Upgrade\r\n\r\n`,
      );
      socket.write(head);
      socket.pipe(socket);
    });
  }

  const upgrade =
    "GET /ws HTTP/1.1\r\nHost: app.localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n\r\n";

  function connect(port: number): { socket: net.Socket; text: () => string } {
    const socket = net.connect(port, "127.0.0.1");
    onTestFinished(() => void socket.destroy());
    let text = "";
    socket.on("data", (chunk) => (text += chunk.toString()));
    return { socket, text: () => text };
  }

  it("joins both sides, does not hold up draining, and ends with the target", async () => {
    const { elbv2, call, targetGroupArn, port } = await stage();
    const { server, target } = await serve((_, response) => response.writeHead(426).end("no"));
    echoing(server);
    await join(elbv2, targetGroupArn, target);
    const { socket, text } = connect(port);
    socket.write(`${upgrade}early`);
    await until(() => text().endsWith("\r\n\r\nearly"), "what was sent early comes back");
    expect(text()).toMatch(/^HTTP\/1\.1 101 Switching Protocols\r\n/);
    socket.write(" late");
    await until(() => text().endsWith("early late"), "the rest comes back");
    await call("ModifyTargetGroupAttributes", {
      TargetGroupArn: targetGroupArn,
      Attributes: [{ Key: "deregistration_delay.timeout_seconds", Value: "1" }],
    });
    elbv2.targetGroups.deregister(targetGroupArn, target);
    await until(() => elbv2.targetGroups.health(targetGroupArn, target) === undefined, "draining has ended");
    const closed = new Promise((resolve) => socket.on("close", resolve));
    server.closeAllConnections();
    socket.end();
    await closed;
  });

  it("passes on the target's refusal, and its own", async () => {
    const { elbv2, targetGroupArn, port } = await stage();
    const first = connect(port);
    first.socket.write(upgrade);
    await until(() => first.text().startsWith("HTTP/1.1 503"), "without a target it is refused");
    const { target } = await serve((_, response) => response.writeHead(403).end("no"));
    await join(elbv2, targetGroupArn, target);
    const second = connect(port);
    second.socket.write(upgrade);
    await until(() => /^HTTP\/1\.1 403[^]*no/.test(second.text()), "the target's answer is here");
    await new Promise((resolve) =>
      second.socket.destroyed ? resolve(undefined) : second.socket.on("close", resolve),
    );
  });
});
