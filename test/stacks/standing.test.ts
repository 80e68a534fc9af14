import { describe, expect, it } from "vitest";
import { account, digestA, foundation, oneService, run } from "./program.js";

const second = `arn:aws:elasticloadbalancing:us-east-1:${account}:listener/app/lb2/50dc6c495c0c9188/f2f7dc8efc522ab3`;
const boundary = `arn:aws:iam::${account}:policy/moorage/hello-tasks-dev`;
const rule = "aws:lb/listenerRule:ListenerRule";

/** What a foundation with two load balancers tells, and more that environments do not read. */
const stacks = {
  "organization/hello/foundation-dev": {
    ...foundation,
    domain: "dev.example.com",
    spread: [{ listener: second, domain: "lb2.dev.example.com" }],
    permissionsBoundary: boundary,
    stateBucket: "hello-state",
    roles: { build: "arn:aws:iam::1:role/moorage/build" },
  },
};
const named = oneService({ "moorage:foundation": "foundation-dev" });
const onSecond = { ...named, "moorage:entrance": second };

describe("on a foundation with several load balancers", () => {
  it("F17: a preview stands at the one that the driver chose, below its domain", async () => {
    const { find, outputs } = await run({ stack: "pr-42", config: onSecond, stacks });
    expect(find(rule)).toMatchObject({
      listenerArn: second,
      conditions: [{ hostHeader: { values: ["pr-42.lb2.dev.example.com"] } }, {}],
    });
    expect(outputs["listener"]).toBe(second);
  });

  it("stays there under the plain CLI, which is told nothing", async () => {
    const { "moorage:imageTag": _tag, "moorage:digests": _digests, ...untold } = named;
    const services = [{ name: "web", digest: digestA, priority: 7 }];
    const last = { imageTag: "v1", listener: second, services };
    const { find } = await run({
      stack: "pr-42",
      config: untold,
      stacks: { ...stacks, "organization/hello/pr-42": last },
    });
    expect(find(rule)["listenerArn"]).toBe(second);
  });

  it("an environment stands at the first", async () => {
    const { find, outputs } = await run({ stack: "dev", config: named, stacks });
    expect(find(rule)["listenerArn"]).toBe(foundation.listener);
    expect(outputs["url"]).toBe("http://dev.dev.example.com:8080/");
  });

  it("the tasks' roles are bounded", async () => {
    const { declared } = await run({ stack: "dev", config: named, stacks });
    const roles = declared.filter(({ type }) => type === "aws:iam/role:Role");
    expect(roles.map(({ inputs }) => inputs["permissionsBoundary"])).toEqual([boundary, boundary]);
  });
});
