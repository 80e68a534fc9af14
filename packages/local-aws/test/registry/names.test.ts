import { describe, expect, it } from "vitest";
import { isRepositoryName, isTag, locate, parseReference, siteOfHost } from "../../src/registry/names.js";

const host = "111111111111.dkr.ecr.us-east-1.amazonaws.com";
const digest = `sha256:${"a".repeat(64)}`;

describe("names", () => {
  it.each(["hello", "team/hello", "a.b_c__d---e/f0"])("takes the repository %s", (name) => {
    expect(isRepositoryName(name)).toBe(true);
  });

  it.each([
    "",
    "Hello",
    "/hello",
    "hello/",
    "a//b",
    "../a",
    "a/../b",
    "-a",
    "a-",
    "a..b",
    "a___b",
    "é",
    "a".repeat(256),
  ])("refuses the repository %j", (name) => expect(isRepositoryName(name)).toBe(false));

  it.each([
    ["v1", true],
    ["_1.2-x", true],
    ["x".repeat(128), true],
    ["x".repeat(129), false],
    ["", false],
    ["-a", false],
    [".a", false],
    ["a b", false],
    ["a/b", false],
    ["a\n", false],
  ])("tag %j: %s", (tag, valid) => expect(isTag(tag)).toBe(valid));

  it.each([
    ["hello", { host, name: "hello" }],
    ["team/hello", { host, name: "team/hello" }],
    ["ghcr.io/team/hello", { host: "ghcr.io", name: "team/hello" }],
    ["hello.world", { host, name: "hello.world" }],
  ])("locates %s", (path, expected) => expect(locate(path, host)).toEqual(expected));

  it.each([
    [`${host}/hello:v1`, { repository: { host, name: "hello" }, tag: "v1" }],
    [`${host}/hello@${digest}`, { repository: { host, name: "hello" }, digest }],
    [`${host}/hello:v1@${digest}`, { repository: { host, name: "hello" }, tag: "v1", digest }],
    ["127.0.0.1:4100/hello", { repository: { host, name: "hello" }, tag: "latest" }],
    ["localhost:4100/ghcr.io/a/b:v1", { repository: { host: "ghcr.io", name: "a/b" }, tag: "v1" }],
    ["nginx:1.27", { repository: { host: "docker.io", name: "library/nginx" }, tag: "1.27" }],
    ["team/app", { repository: { host: "docker.io", name: "team/app" }, tag: "latest" }],
    ["example.com:5000/a/b", { repository: { host: "example.com:5000", name: "a/b" }, tag: "latest" }],
  ])("reads %s", (image, expected) => expect(parseReference(image, host)).toEqual(expected));

  it.each([
    "",
    "UPPER",
    "../../etc/passwd",
    "./a",
    "a:b:c",
    `a@${digest}@${digest}`,
    "a@sha256:1",
    `${host}/a:`,
    "a/b:-x",
  ])("refuses the reference %j", (image) => expect(parseReference(image, host)).toBeUndefined());

  it("knows whose an ECR host is", () => {
    expect(siteOfHost(host)).toEqual({ account: "111111111111", region: "us-east-1" });
    expect(siteOfHost("111111111111.dkr.ecr.cn-north-1.amazonaws.com.cn")?.region).toBe("cn-north-1");
    expect(siteOfHost("ghcr.io")).toBeUndefined();
  });
});
