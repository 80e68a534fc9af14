import * as net from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { serve } from "../services/elbv2/support.js";
import { until } from "../services/elbv2/until.js";
import { ask } from "./ask.js";
import { stage, join } from "./support.js";

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
