import { describe, expect, it } from "vitest";
import { compileConditions, wildcard, type Request } from "../../src/balancer/match.js";

const request: Request = {
  method: "GET",
  host: "pr-42.localhost",
  path: "/api/v1/items",
  query: "version=V1&flag=a%20b&empty=",
  headers: { "user-agent": "Mozilla/5.0 Chrome", "x-team": "blue, green" },
  sourceIp: "127.0.0.1",
};

const host = (...Values: string[]) => ({ Field: "host-header", HostHeaderConfig: { Values } });
const path = (...Values: string[]) => ({ Field: "path-pattern", PathPatternConfig: { Values } });
const header = (HttpHeaderName: string, ...Values: string[]) => ({
  Field: "http-header",
  HttpHeaderConfig: { HttpHeaderName, Values },
});
const query = (...Values: { Key?: string; Value: string }[]) => ({
  Field: "query-string",
  QueryStringConfig: { Values },
});
const method = (...Values: string[]) => ({
  Field: "http-request-method",
  HttpRequestMethodConfig: { Values },
});
const source = (...Values: string[]) => ({ Field: "source-ip", SourceIpConfig: { Values } });

describe("conditions", () => {
  it.each([
    [[host("pr-42.localhost")], true],
    [[host("PR-42.LocalHost")], true],
    [[host("pr-*.localhost")], true],
    [[host("pr-??.localhost")], true],
    [[host("pr-?.localhost")], false],
    [[host("a.localhost", "pr-42.localhost")], true],
    [[host("localhost")], false],
    [[path("/api/*")], true],
    [[path("/API/*")], false],
    [[path("/api")], false],
    [[path("/api/v?/items")], true],
    [[path("*items")], true],
    [[path("/api/v1/item")], false],
    [[host("pr-42.localhost"), path("/other/*")], false],
    [[header("User-Agent", "*chrome*")], true],
    [[header("User-Agent", "*Firefox*")], false],
    [[header("X-None", "*")], false],
    [[query({ Key: "version", Value: "v1" })], true],
    [[query({ Key: "version", Value: "v2" })], false],
    [[query({ Value: "a b" })], true],
    [[query({ Key: "no", Value: "*" }, { Key: "flag", Value: "*b" })], true],
    [[method("GET", "HEAD")], true],
    [[method("POST")], false],
    [[source("127.0.0.0/8")], true],
    [[source("10.0.0.0/8", "::1/128")], false],
    [[{ Field: "path-pattern", PathPatternConfig: { RegexValues: ["^/api/v[0-9]+/"] } }], true],
    [[{ Field: "host-header", HostHeaderConfig: { RegexValues: ["^pr-\\D"] } }], false],
  ])("%j: %s", (conditions, expected) => {
    expect(compileConditions(conditions)(request)).toBe(expected);
  });

  it("takes every other character as it is", () => {
    expect(wildcard("/a.b+c(d)[e]^$|{1}", "").test("/a.b+c(d)[e]^$|{1}")).toBe(true);
    expect(wildcard("/a.b", "").test("/axb")).toBe(false);
    expect(wildcard(String.raw`a\*b\?`, "").test("a*b?")).toBe(true);
    expect(wildcard(String.raw`a\*b`, "").test("axxb")).toBe(false);
  });
});
