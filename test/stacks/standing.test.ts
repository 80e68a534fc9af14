import { describe, expect, it } from "vitest";
import { account, digestA, foundation, oneService, run } from "./program.js";

const second = `arn:aws:elasticloadbalancing:us-east-1:${account}:listener/app/lb2/50dc6c495c0c9188/f2f7dc8efc522ab3`;
const boundary = `arn:aws:iam::${account}:policy/moorage/hello-tasks-dev-dev`;
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

  const boundariesOf = async (stack: string, permissionsBoundary: unknown) => {
    const [name = ""] = Object.keys(stacks);
    const told = { [name]: { ...stacks["organization/hello/foundation-dev"], permissionsBoundary } };
    const { declared } = await run({ stack, config: named, stacks: told });
    const roles = declared.filter(({ type }) => type === "aws:iam/role:Role");
    return roles.map(({ inputs }) => inputs["permissionsBoundary"]);
  };

  it("the tasks' roles are bounded", async () => {
    expect(await boundariesOf("dev", boundary)).toEqual([boundary, boundary]);
  });

  it("F51: each environment's tasks have a boundary of their own, and one that has none is refused", async () => {
    const eu = boundary.replace("-dev-dev", "-eu-dev");
    const all = { dev: boundary, eu };
    expect(await boundariesOf("dev", all)).toEqual([boundary, boundary]);
    expect(await boundariesOf("eu", all)).toEqual([eu, eu]);
    expect(await boundariesOf("pr-42", all)).toEqual([]);
    await expect(boundariesOf("qa", all)).rejects.toThrow(/no boundary for the tasks' roles of qa/);
  });
});
