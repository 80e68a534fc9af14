import { describe, expect, it } from "vitest";
import { serve } from "../services/elbv2/support.js";
import { http11, say, statusOf } from "./raw.js";
import { join, stage } from "./support.js";

const ended = (text: string) => text.endsWith("</html>\r\n") || text.endsWith("ok");
const kib = 1024;
/** A header line of so many bytes, name and value together. */
const header = (name: string, bytes: number) => `${name}: ${"x".repeat(bytes - name.length)}`;
const path = (bytes: number) => `/${"x".repeat(bytes - "GET / HTTP/1.1".length)}`;
const addresses = (count: number) => Array.from({ length: count }, (_, index) => `10.0.0.${index}`);

async function answering() {
  const made = await stage();
  const { target } = await serve((_request, response) => response.end("ok"), {
    server: { maxHeaderSize: 256 * kib },
  });
  await join(made.elbv2, made.targetGroupArn, target);
  return made.port;
}

describe("bug 1's neighbours: an application load balancer's limits", () => {
  it.each<[string, string, number]>([
    ["a request line of 16 KB", http11(`GET ${path(16 * kib)}`), 200],
    ["a longer request line", http11(`GET ${path(16 * kib + 1)}`), 414],
    ["a header of 16 KB", http11("GET /", [header("X-Long", 16 * kib)]), 200],
    ["a longer header", http11("GET /", [header("X-Long", 16 * kib + 1)]), 400],
    [
      "60 KB of headers",
      http11(
        "GET /",
        addresses(6).map((_, i) => header(`X-${i}`, 10 * kib)),
      ),
      200,
    ],
    [
      "70 KB of headers",
      http11(
        "GET /",
        addresses(7).map((_, i) => header(`X-${i}`, 10 * kib)),
      ),
      400,
    ],
    [
      "200 KB of headers",
      http11(
        "GET /",
        addresses(20).map((_, i) => header(`X-${i}`, 10 * kib)),
      ),
      400,
    ],
    ["30 forwarding addresses", http11("GET /", [`X-Forwarded-For: ${addresses(30).join(", ")}`]), 200],
    ["31 forwarding addresses", http11("GET /", [`X-Forwarded-For: ${addresses(31).join(", ")}`]), 463],
    ["TRACE", http11("TRACE /"), 405],
    ["two Host headers", http11("GET /", ["Host: app.localhost"]), 400],
    ["no Host header", "GET / HTTP/1.1\r\n\r\n", 400],
    ["two lengths", http11("POST /", ["Content-Length: 1", "Content-Length: 2"], "ab"), 400],
    ["a length that is no number", http11("POST /", ["Content-Length: +1"], "a"), 400],
    ["another transfer encoding", http11("POST /", ["Transfer-Encoding: gzip, chunked"], "0\r\n\r\n"), 501],
    ["a transfer encoding alone", http11("POST /", ["Transfer-Encoding: gzip"], ""), 501],
    [
      "chunked twice",
      http11("POST /", ["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"], "0\r\n\r\n"),
      400,
    ],
    ["HTTP/3.0", "GET / HTTP/3.0\r\nHost: app.localhost\r\n\r\n", 505],
    ["HTTP/2's preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505],
    ["CONNECT", "CONNECT app.localhost:80 HTTP/1.1\r\nHost: app.localhost\r\n\r\n", 400],
    ["what is no HTTP", "hello\r\n\r\n", 400],
  ])("bug 1: %s", async (_what, request, status) => {
    const answer = await say(await answering(), request, ended);
    expect(statusOf(answer)).toBe(status);
    if (status !== 200) expect(answer).toMatch(/\r\nServer: awselb\/2\.0\r\n/);
  });

  it.each([
    ["just under 32 KB", 31 * kib, 200],
    ["over 32 KB", 33 * kib, 502],
  ])("bug 1: an answer's headers of %s", async (_what, bytes, status) => {
    const { elbv2, targetGroupArn, port } = await stage();
    const { target } = await serve((_request, response) =>
      response.writeHead(200, { "X-Long": "x".repeat(bytes), "Content-Length": 2 }).end("ok"),
    );
    await join(elbv2, targetGroupArn, target);
    expect(statusOf(await say(port, http11("GET /"), ended))).toBe(status);
  });

  it("bug 1: a client that stops in the middle of its request gets 408", async () => {
    const { elbv2, call, loadBalancerArn, targetGroupArn, port } = await stage();
    const Attributes = [{ Key: "idle_timeout.timeout_seconds", Value: "1" }];
    await call("ModifyLoadBalancerAttributes", { LoadBalancerArn: loadBalancerArn, Attributes });
    const { target } = await serve((request, response) =>
      request.on("end", () => response.end("ok")).resume(),
    );
    await join(elbv2, targetGroupArn, target);
    const request = http11("POST /", ["Content-Length: 10"], "half");
    expect(statusOf(await say(port, request, ended))).toBe(408);
  });
});

describe("bug 1's neighbours: what targets are told", () => {
  async function seen(request: string, attributes: Record<string, string> = {}) {
    const { elbv2, call, loadBalancerArn, targetGroupArn, port } = await stage();
    const Attributes = Object.entries(attributes).map(([Key, Value]) => ({ Key, Value }));
    await call("ModifyLoadBalancerAttributes", { LoadBalancerArn: loadBalancerArn, Attributes });
    const { target } = await serve(({ url, headers }, response) =>
      response.end(`${JSON.stringify({ url, ...headers })}ok`),
    );
    await join(elbv2, targetGroupArn, target);
    const answer = await say(port, request, ended);
    return JSON.parse(/\{.*\}/.exec(answer)?.[0] ?? "{}") as Record<string, string | undefined>;
  }

  it("bug 1: a whole URL as the request's target becomes a path, and its host counts", async () => {
    const request = "GET http://app.localhost/a%2Fb?c=%20 HTTP/1.1\r\nHost: other.localhost\r\n\r\n";
    expect(await seen(request)).toMatchObject({ url: "/a%2Fb?c=%20", host: "app.localhost" });
    const bare = "GET http://app.localhost?c=1 HTTP/1.1\r\nHost: app.localhost\r\n\r\n";
    expect(await seen(bare)).toMatchObject({ url: "/?c=1" });
  });

  it.each([
    ["append", "10.1.1.1, 127.0.0.1"],
    ["preserve", "10.1.1.1"],
    ["remove", undefined],
  ])("bug 1: X-Forwarded-For in the mode %s", async (mode, value) => {
    const found = await seen(http11("GET /", ["X-Forwarded-For: 10.1.1.1"]), {
      "routing.http.xff_header_processing.mode": mode,
    });
    expect(found["x-forwarded-for"]).toBe(value);
  });

  it("bug 1: X-Forwarded-For carries the client's port where the load balancer says so", async () => {
    const found = await seen(http11("GET /"), { "routing.http.xff_client_port.enabled": "true" });
    expect(found["x-forwarded-for"]).toMatch(/^127\.0\.0\.1:\d+$/);
  });

  it.each([
    [undefined, /^Root=1-[\da-f]{8}-[\da-f]{24}$/],
    [
      "Root=1-67891233-abcdef012345678912345678",
      /^Self=1-[\da-f-]+;Root=1-67891233-abcdef012345678912345678$/,
    ],
    ["Self=1-1-1;Root=1-2-2;CalledFrom=app", /^Self=1-[\da-f]{8}-[\da-f]{24};Root=1-2-2;CalledFrom=app$/],
    ["CalledFrom=app", /^Root=1-[\da-f-]+;CalledFrom=app$/],
  ])("bug 1: a trace of %s goes on", async (before, after) => {
    const headers = before === undefined ? [] : [`X-Amzn-Trace-Id: ${before}`];
    expect((await seen(http11("GET /", headers)))["x-amzn-trace-id"]).toMatch(after);
  });
});
