import { createServer, type Server } from "node:http";
import * as net from "node:net";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { createBalancer } from "../../../src/local/balancer/balancer.js";
import type { Elbv2 } from "../../../src/local/elbv2/elbv2.js";
import type { Target } from "../../../src/local/ports.js";
import { certificate } from "../elbv2/certificate.js";
import { bench, hostCondition, rule, serve, targetGroup, wired, type Bench } from "../elbv2/support.js";
import { until } from "../elbv2/until.js";
import { ask } from "./ask.js";
import { balance } from "./support.js";

/** A bench with one target group behind `app.localhost`, whose targets count as healthy or not as the test says. */
async function stage(options: { healthy?: boolean; settings?: object } = {}) {
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

async function join(elbv2: Elbv2, arn: string, target: Target, state = "healthy"): Promise<void> {
  elbv2.targetGroups.register(arn, target);
  await until(() => elbv2.targetGroups.health(arn, target)?.state === state, `the target is ${state}`);
}

async function closedTarget(): Promise<Target> {
  const { server, target } = await serve(() => undefined);
  await new Promise((resolve) => server.close(resolve));
  return target;
}

async function rawTarget(onConnection: (socket: net.Socket) => void): Promise<Target> {
  const server = net.createServer((socket) => onConnection(socket.on("error", () => undefined)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { id: "127.0.0.1", port: (server.address() as AddressInfo).port };
}

describe("routing", () => {
  it("follows rules by priority over host and path, whatever the port in the Host header", async () => {
    const { elbv2, call, listenerArn, targetGroupArn, port } = await stage();
    const api = await targetGroup(call, "api");
    await rule(call, listenerArn, api, {
      Priority: 2,
      Conditions: [hostCondition("shop.localhost"), { Field: "path-pattern", Values: ["/api/*"] }],
    });
    await rule(call, listenerArn, targetGroupArn, {
      Priority: 3,
      Conditions: [hostCondition("shop.localhost")],
    });
    await join(elbv2, targetGroupArn, (await serve((_, response) => response.end("web"))).target);
    await join(elbv2, api, (await serve((_, response) => response.end("api"))).target);
    const bodies = await Promise.all(
      ["/", "/api", "/api/items"].map(
        async (path) => (await ask(port, { host: `Shop.localhost:${port}`, path })).body,
      ),
    );
    expect(bodies).toEqual(["web", "web", "api"]);
  });

  it("answers an unknown host with 404 that names the known ones", async () => {
    const { port } = await stage();
    const answer = await ask(port, { host: "nobody.localhost" });
    expect(answer.status).toBe(404);
    expect(answer.body).toContain('"nobody.localhost"');
    expect(answer.body).toContain("app.localhost/*");
  });

  it("gives fixed responses and redirects", async () => {
    const { call, listenerArn, targetGroupArn, port } = await stage();
    const fixed = {
      Type: "fixed-response",
      FixedResponseConfig: { StatusCode: "503", ContentType: "application/json", MessageBody: "{}" },
    };
    const away = { Type: "redirect", RedirectConfig: { Host: "new.localhost", StatusCode: "HTTP_302" } };
    await rule(call, listenerArn, targetGroupArn, {
      Priority: 2,
      Conditions: [hostCondition("fixed.localhost")],
      Actions: [fixed],
    });
    await rule(call, listenerArn, targetGroupArn, {
      Priority: 3,
      Conditions: [hostCondition("away.localhost")],
      Actions: [away],
    });
    expect(await ask(port, { host: "fixed.localhost" })).toMatchObject({
      status: 503,
      body: "{}",
      headers: { "content-type": "application/json" },
    });
    expect(await ask(port, { host: "away.localhost", path: "/x?y=1" })).toMatchObject({
      status: 302,
      headers: { location: `http://new.localhost:${port}/x?y=1` },
    });
  });

  it("uses a load balancer's default action for its own DNS name only", async () => {
    const { elbv2, call, listenerArn, targetGroupArn, port } = await stage();
    const fallback = [{ Type: "forward", TargetGroupArn: targetGroupArn }];
    await call("ModifyListener", { ListenerArn: listenerArn, DefaultActions: fallback });
    await join(elbv2, targetGroupArn, (await serve((_, response) => response.end("default"))).target);
    const host = elbv2.routing.listeners()[0]?.loadBalancer.dnsName ?? "";
    expect(await ask(port, { host })).toMatchObject({ status: 200, body: "default" });
    expect(await ask(port, { host: "nobody.localhost" })).toMatchObject({ status: 404 });
  });

  it("lists hosts with their targets", async () => {
    const { elbv2, targetGroupArn, balancer } = await stage();
    await join(elbv2, targetGroupArn, (await serve((_, response) => response.end())).target);
    expect(balancer.hosts()).toEqual([
      { host: "app.localhost", path: "/*", targetGroup: "app", targetGroupArn, healthy: 1, targets: 1 },
    ]);
  });

  it("shares traffic between target groups by weight", async () => {
    const { elbv2, call, listenerArn, targetGroupArn, port } = await stage();
    const none = await targetGroup(call, "none");
    const weighted = {
      Type: "forward",
      ForwardConfig: {
        TargetGroups: [
          { TargetGroupArn: targetGroupArn, Weight: 1 },
          { TargetGroupArn: none, Weight: 0 },
        ],
      },
    };
    await rule(call, listenerArn, targetGroupArn, {
      Priority: 2,
      Conditions: [hostCondition("w.localhost")],
      Actions: [weighted],
    });
    await join(elbv2, targetGroupArn, (await serve((_, response) => response.end("all"))).target);
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(port, { host: "w.localhost" })));
    expect(new Set(answers.map((answer) => answer.body))).toEqual(new Set(["all"]));
  });
});

describe("targets", () => {
  it("takes healthy targets in turn and leaves out unhealthy ones", async () => {
    const dead = await closedTarget();
    const made = bench({
      probe: (_, target) =>
        Promise.resolve(
          target.port === dead.port
            ? { passed: false, reason: "Target.FailedHealthChecks", description: "no" }
            : { passed: true },
        ),
    });
    const { targetGroupArn } = await wired(made.call);
    const { port } = await balance(made.elbv2);
    await join(made.elbv2, targetGroupArn, dead, "unhealthy");
    for (const name of ["a", "b"]) {
      await join(made.elbv2, targetGroupArn, (await serve((_, response) => response.end(name))).target);
    }
    const bodies: string[] = [];
    for (let index = 0; index < 6; index++) bodies.push((await ask(port)).body);
    expect(bodies.join("")).toMatch(/^(ababab|bababa)$/);
  });

  it("F33: answers 503 without targets and fails open when all are unhealthy", async () => {
    const { elbv2, targetGroupArn, port } = await stage({ healthy: false });
    expect(await ask(port)).toMatchObject({ status: 503, headers: { server: "awselb/2.0" } });
    await join(
      elbv2,
      targetGroupArn,
      (await serve((_, response) => response.end("open"))).target,
      "unhealthy",
    );
    expect(await ask(port)).toMatchObject({ status: 200, body: "open" });
  });

  it("F23: lets a draining target finish its requests while new ones go elsewhere", async () => {
    const { elbv2, call, targetGroupArn, port } = await stage();
    await call("ModifyTargetGroupAttributes", {
      TargetGroupArn: targetGroupArn,
      Attributes: [{ Key: "deregistration_delay.timeout_seconds", Value: "30" }],
    });
    let finish: (() => void) | undefined;
    const busy = await serve((_, response) => {
      finish = () => response.end("old");
    });
    await join(elbv2, targetGroupArn, busy.target);
    const slow = ask(port);
    await until(() => finish !== undefined, "the request has arrived");
    const idle = await serve((_, response) => response.end("old"));
    await join(elbv2, targetGroupArn, idle.target);
    await join(elbv2, targetGroupArn, (await serve((_, response) => response.end("new"))).target);
    const { health, deregister } = elbv2.targetGroups;
    deregister(targetGroupArn, busy.target);
    deregister(targetGroupArn, idle.target);
    expect((await ask(port)).body).toBe("new");
    await until(() => health(targetGroupArn, idle.target) === undefined, "the idle target has drained");
    expect(health(targetGroupArn, busy.target)?.state).toBe("draining");
    finish?.();
    expect((await slow).body).toBe("old");
    await until(() => health(targetGroupArn, busy.target) === undefined, "draining has ended");
  });

  it("talks HTTPS to a group of HTTPS targets and does not verify their certificate", async () => {
    const { elbv2, targetGroupArn, port } = await stage({ settings: { Protocol: "HTTPS" } });
    await join(
      elbv2,
      targetGroupArn,
      (await serve((_, response) => response.end("tls"), { tls: certificate })).target,
    );
    expect(await ask(port)).toMatchObject({ status: 200, body: "tls" });
  });
});

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
    expect(await ask(port)).toMatchObject({ status: 504 });
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

describe("messages", () => {
  it("passes on what the client sent, with AWS's headers, and nothing of the connection's own", async () => {
    const { elbv2, targetGroupArn, port } = await stage();
    const echo = await serve((request, response) => {
      response.writeHead(201, "Made", { "X-Answer": ["1", "2"], "Set-Cookie": ["a=1", "b=2"] });
      response.write(JSON.stringify({ method: request.method, url: request.url, headers: request.headers }));
      request.pipe(response);
    });
    await join(elbv2, targetGroupArn, echo.target);
    const answer = await ask(port, {
      method: "PATCH",
      path: "/a%20b?c=%2F",
      headers: {
        "X-Forwarded-For": "10.1.1.1",
        Connection: "close, X-Hop",
        "X-Hop": "1",
        "Transfer-Encoding": "chunked",
      },
      body: "body",
    });
    expect(answer).toMatchObject({
      status: 201,
      headers: { "x-answer": "1, 2", "set-cookie": ["a=1", "b=2"] },
    });
    const [seen = "", body] = answer.body.split(/(?<=})(?=body)/);
    expect(body).toBe("body");
    expect(JSON.parse(seen)).toMatchObject({ method: "PATCH", url: "/a%20b?c=%2F" });
    const { headers } = JSON.parse(seen) as { headers: Record<string, string> };
    expect(headers).toMatchObject({
      host: "app.localhost",
      "x-forwarded-for": "10.1.1.1, 127.0.0.1",
      "x-forwarded-proto": "http",
      "x-forwarded-port": String(port),
      "x-amzn-trace-id": expect.stringMatching(/^Root=1-/) as string,
    });
    expect(headers["x-hop"]).toBeUndefined();
  });

  it.each(["HEAD", "DELETE", "OPTIONS"])("passes %s on", async (method) => {
    const { elbv2, targetGroupArn, port } = await stage();
    const { target } = await serve((request, response) =>
      response.writeHead(204, { "X-Method": request.method }).end(),
    );
    await join(elbv2, targetGroupArn, target);
    expect(await ask(port, { method })).toMatchObject({ status: 204, headers: { "x-method": method } });
  });

  it("streams an answer as it comes", async () => {
    const { elbv2, targetGroupArn, port } = await stage();
    let go = () => {};
    const { target } = await serve((_, response) => {
      response.writeHead(200, { "Content-Type": "text/event-stream" }).flushHeaders();
      go = () => response.end("data: last\n\n");
    });
    await join(elbv2, targetGroupArn, target);
    const socket = net.connect(port, "127.0.0.1");
    onTestFinished(() => void socket.destroy());
    let text = "";
    socket.on("data", (chunk) => (text += chunk.toString()));
    socket.write("GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n");
    await until(() => text.includes("text/event-stream"), "the headers are here before the body");
    go();
    await until(() => text.includes("data: last"), "the body is here");
  });

  it("holds a fast target back while the client is slow", async () => {
    const { elbv2, targetGroupArn, port } = await stage();
    const size = 64 * 1024 * 1024;
    let sent = 0;
    const { target } = await serve((_, response) => {
      const chunk = Buffer.alloc(64 * 1024);
      const write = () => {
        while (sent < size) {
          sent += chunk.length;
          if (!response.write(chunk)) return void response.once("drain", write);
        }
        response.end();
      };
      write();
    });
    await join(elbv2, targetGroupArn, target);
    const socket = net.connect(port, "127.0.0.1");
    onTestFinished(() => void socket.destroy());
    socket.write("GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n");
    socket.once("data", () => socket.pause());
    let last = -1;
    await until(async () => {
      const still = sent > 0 && sent === last;
      last = sent;
      await new Promise((resolve) => setTimeout(resolve, 50));
      return still;
    }, "the target is held back");
    expect(sent).toBeLessThan(size / 2);
  });
});

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

describe("the listener", () => {
  it("rejects when its port is taken", async () => {
    const { elbv2 } = bench();
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void taken.close());
    const attempt = createBalancer({ elbv2, port: (taken.address() as AddressInfo).port });
    await expect(attempt).rejects.toMatchObject({ code: "EADDRINUSE" });
  });

  it("lets requests under way finish when it closes", async () => {
    const { elbv2, targetGroupArn, balancer, port } = await stage();
    let finish: (() => void) | undefined;
    const { target } = await serve((_, response) => {
      finish = () => response.end("done");
    });
    await join(elbv2, targetGroupArn, target);
    const answer = ask(port);
    await until(() => finish !== undefined, "the request has arrived");
    const closing = balancer.close();
    finish?.();
    expect((await answer).body).toBe("done");
    await closing;
    await expect(ask(port)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });
});
