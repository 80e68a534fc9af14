import { describe, expect, it } from "vitest";
import { hostOf, redirectLocation } from "../../src/balancer/route.js";
import { endToEnd, forwarded } from "../../src/balancer/headers.js";
import { byWeight } from "../../src/balancer/pick.js";

describe("routing helpers", () => {
  it.each([
    ["PR-1.localhost:8080", "pr-1.localhost"],
    ["[::1]:80", "[::1]"],
    [undefined, ""],
  ])("the host of %j is %j", (header, host) => {
    expect(hostOf(header)).toBe(host);
  });

  it.each([
    [{ Protocol: "HTTPS", Port: "443" }, "https://a.localhost:443/x/y?q=1"],
    [{ Path: "/new/#{path}", Query: "" }, "http://a.localhost:80/new/x/y"],
    [
      { Host: "www.#{host}", Query: "from=#{host}&#{query}" },
      "http://www.a.localhost:80/x/y?from=a.localhost&q=1",
    ],
  ])("redirects by %j to %s", (config, location) => {
    const request = { protocol: "http", host: "a.localhost", port: 80, path: "/x/y", query: "q=1" };
    expect(redirectLocation({ StatusCode: "HTTP_301", ...config }, request)).toBe(location);
  });

  it("leaves out the headers of one connection, named ones too", () => {
    const headers: [string, string][] = [
      ["Connection", "close, X-Private"],
      ["X-Private", "1"],
      ["Keep-Alive", "timeout=5"],
      ["TE", "trailers"],
      ["Accept", "*/*"],
    ];
    expect(endToEnd(headers)).toEqual([["Accept", "*/*"]]);
  });

  it("adds the client to what proxies before said, and replaces what a client made up", () => {
    const client = { address: "127.0.0.1", sourcePort: 1, protocol: "http" as const, port: 8080 };
    const headers = forwarded(
      [
        ["x-forwarded-for", "10.0.0.1"],
        ["X-Forwarded-Proto", "gopher"],
      ],
      client,
      0,
    );
    expect(headers.slice(0, 3)).toEqual([
      ["X-Forwarded-For", "10.0.0.1, 127.0.0.1"],
      ["X-Forwarded-Proto", "http"],
      ["X-Forwarded-Port", "8080"],
    ]);
    expect(headers[3]?.[1]).toMatch(/^Root=1-0-[0-9a-f]{24}$/);
    expect(forwarded([["X-Amzn-Trace-Id", "Root=1-2-3"]], client, 0)).toHaveLength(4);
  });

  it.each([
    [0, "a"],
    [0.24, "a"],
    [0.25, "c"],
    [0.99, "c"],
  ])("point %d of the weights falls on %s", (point, name) => {
    const entries = [
      { name: "a", weight: 1 },
      { name: "b", weight: 0 },
      { name: "c", weight: 3 },
    ];
    expect(byWeight(entries, point)?.name).toBe(name);
    expect(byWeight([{ weight: 0 }], point)).toBeUndefined();
  });
});
