import type { DescribeRulesCommandOutput, Rule } from "@aws-sdk/client-elastic-load-balancing-v2";
import { describe, expect, it } from "vitest";
import { bench, hostCondition, listener, rule, targetGroup, wired, type Call } from "./support.js";

async function rulesOf(call: Call, ListenerArn: string): Promise<Rule[]> {
  return (await call<DescribeRulesCommandOutput>("DescribeRules", { ListenerArn })).Rules ?? [];
}

describe("rules", () => {
  it("lists them by priority, the default one last", async () => {
    const { call } = bench();
    const { listenerArn, targetGroupArn, ruleArn } = await wired(call);
    const first = await rule(call, listenerArn, targetGroupArn, { Priority: 7 });
    await call("SetRulePriorities", { RulePriorities: [{ RuleArn: ruleArn, Priority: 9 }] });
    const rules = await rulesOf(call, listenerArn);
    expect(rules.map((one) => [one.RuleArn === first, one.Priority])).toEqual([
      [true, "7"],
      [false, "9"],
      [false, "default"],
    ]);
    expect(rules[0]).toMatchObject({
      IsDefault: false,
      Conditions: [
        { Field: "host-header", Values: ["app.localhost"], HostHeaderConfig: { Values: ["app.localhost"] } },
      ],
      Actions: [
        {
          Type: "forward",
          TargetGroupArn: targetGroupArn,
          ForwardConfig: { TargetGroups: [{ TargetGroupArn: targetGroupArn, Weight: 1 }] },
        },
      ],
    });
  });

  it("F16: refuses a priority that is taken", async () => {
    const { call } = bench();
    const { listenerArn, targetGroupArn } = await wired(call);
    await expect(rule(call, listenerArn, targetGroupArn, { Priority: 1 })).rejects.toMatchObject({
      code: "PriorityInUse",
      message: "Priority '1' is currently in use",
    });
  });

  it("swaps priorities in one call, and refuses one given twice", async () => {
    const { call } = bench();
    const { listenerArn, targetGroupArn, ruleArn } = await wired(call);
    const second = await rule(call, listenerArn, targetGroupArn, { Priority: 2 });
    const set = (...RulePriorities: object[]) => call("SetRulePriorities", { RulePriorities });
    await set({ RuleArn: ruleArn, Priority: 2 }, { RuleArn: second, Priority: 1 });
    expect((await rulesOf(call, listenerArn)).map((one) => one.RuleArn).slice(0, 2)).toEqual([
      second,
      ruleArn,
    ]);
    await expect(set({ RuleArn: ruleArn, Priority: 5 }, { RuleArn: second, Priority: 5 })).rejects.toThrow(
      "Priority '5' was provided multiple times",
    );
  });

  it("F17: a load balancer holds so many rules over all its listeners", async () => {
    const { call } = bench({ limits: () => ({ rules: 2 }) });
    const { loadBalancerArn, listenerArn, targetGroupArn } = await wired(call);
    const other = await listener(call, loadBalancerArn, 81);
    await rule(call, other, targetGroupArn);
    await expect(rule(call, listenerArn, targetGroupArn, { Priority: 2 })).rejects.toMatchObject({
      code: "TooManyRules",
    });
  });

  it.each([
    [[], "A condition must be specified"],
    [[{ Field: "cookie", Values: ["a"] }], "Condition field 'cookie' must be one of"],
    [[{ Field: "host-header", Values: [] }], "A condition value must be specified"],
    [[{ Field: "host-header", Values: ["a".repeat(129)] }], "is too long; the limit is '128'"],
    [[{ Field: "host-header", Values: ["under_score.localhost"] }], "contains invalid characters"],
    [[hostCondition("a.b", "b.b", "c.b", "d.b", "e.b", "f.b")], "condition values per rule is '5'"],
    [
      [hostCondition("*.a.b"), { Field: "path-pattern", Values: ["/*/*/*/*/*"] }],
      "wildcards per rule is '5'",
    ],
    [[hostCondition("a.b"), hostCondition("b.b")], "A rule can only have one 'host-header' condition"],
    [
      [{ Field: "source-ip", SourceIpConfig: { Values: ["10.0.0.1"] } }],
      "The CIDR block '10.0.0.1' is not valid",
    ],
    [[{ Field: "http-header", Values: ["a"] }], "A 'HttpHeaderConfig' must be specified with 'http-header'"],
    [
      [{ Field: "http-request-method", HttpRequestMethodConfig: { Values: ["get"] } }],
      "the allowed characters are A-Z",
    ],
  ])("refuses the conditions %j", async (Conditions, words) => {
    const { call } = bench();
    const { listenerArn, targetGroupArn } = await wired(call);
    const attempt = rule(call, listenerArn, targetGroupArn, { Priority: 2, Conditions });
    await expect(attempt).rejects.toMatchObject({
      code: "ValidationError",
      message: expect.stringContaining(words) as string,
    });
  });

  it.each([
    [[], "ValidationError"],
    [[{ Type: "authenticate-oidc" }], "ValidationError"],
    [[{ Type: "forward", TargetGroupArn: "arn:none" }], "TargetGroupNotFound"],
    [[{ Type: "fixed-response", FixedResponseConfig: { StatusCode: "301" } }], "ValidationError"],
    [
      [{ Type: "fixed-response", FixedResponseConfig: { StatusCode: "200", ContentType: "image/png" } }],
      "InvalidLoadBalancerAction",
    ],
    [[{ Type: "redirect", RedirectConfig: { StatusCode: "HTTP_301" } }], "InvalidLoadBalancerAction"],
  ])("refuses the actions %j with %s", async (Actions, code) => {
    const { call } = bench();
    const { listenerArn, targetGroupArn } = await wired(call);
    const attempt = rule(call, listenerArn, targetGroupArn, { Priority: 2, Actions });
    await expect(attempt).rejects.toMatchObject({ code });
  });

  it("pages", async () => {
    const { call } = bench();
    const { listenerArn, targetGroupArn } = await wired(call);
    for (let priority = 2; priority <= 5; priority++) {
      await rule(call, listenerArn, targetGroupArn, { Priority: priority });
    }
    const page = (Marker?: string) =>
      call<DescribeRulesCommandOutput>("DescribeRules", { ListenerArn: listenerArn, PageSize: 4, Marker });
    const first = await page();
    const last = await page(first.NextMarker);
    expect([first.Rules?.length, last.Rules?.length, last.NextMarker]).toEqual([4, 2, undefined]);
  });

  it("deletes a rule, and says in AWS's words that one is gone", async () => {
    const { call } = bench();
    const { listenerArn, ruleArn } = await wired(call);
    await call("DeleteRule", { RuleArn: ruleArn });
    await expect(call("DeleteRule", { RuleArn: ruleArn })).rejects.toMatchObject({
      code: "RuleNotFound",
      message: "One or more rules not found",
    });
    const [fallback] = await rulesOf(call, listenerArn);
    await expect(call("DeleteRule", { RuleArn: fallback?.RuleArn })).rejects.toMatchObject({
      code: "OperationNotPermitted",
    });
  });

  it("modifies conditions and actions", async () => {
    const { call } = bench();
    const { listenerArn, ruleArn } = await wired(call);
    const next = await targetGroup(call, "next");
    await call("ModifyRule", { RuleArn: ruleArn, Actions: [{ Type: "forward", TargetGroupArn: next }] });
    await call("ModifyRule", { RuleArn: ruleArn, Conditions: [hostCondition("new.localhost")] });
    const [changed] = await rulesOf(call, listenerArn);
    expect(changed?.Actions?.[0]?.TargetGroupArn).toBe(next);
    expect(changed?.Conditions?.[0]?.Values).toEqual(["new.localhost"]);
    await expect(call("ModifyRule", { RuleArn: ruleArn })).rejects.toThrow(
      "Either conditions or actions must be specified",
    );
  });
});
