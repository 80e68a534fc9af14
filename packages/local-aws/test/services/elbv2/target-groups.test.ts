import type {
  DescribeAccountLimitsCommandOutput,
  DescribeTargetGroupAttributesCommandOutput,
  DescribeTargetGroupsCommandOutput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { describe, expect, it } from "vitest";
import { bench, groupSettings, listener, loadBalancer, rule, targetGroup, wired } from "./support.js";

describe("target groups", () => {
  it("answers what was created, with AWS's defaults", async () => {
    const { call } = bench();
    const arn = await targetGroup(call, "web");
    expect(arn).toMatch(
      /^arn:aws:elasticloadbalancing:us-east-1:111111111111:targetgroup\/web\/[0-9a-f]{16}$/,
    );
    const described = await call<DescribeTargetGroupsCommandOutput>("DescribeTargetGroups", {
      Names: ["web"],
    });
    expect(described.TargetGroups).toEqual([
      {
        TargetGroupArn: arn,
        TargetGroupName: "web",
        Protocol: "HTTP",
        Port: 8080,
        VpcId: "vpc-1",
        HealthCheckProtocol: "HTTP",
        HealthCheckPort: "traffic-port",
        HealthCheckEnabled: true,
        HealthCheckIntervalSeconds: 30,
        HealthCheckTimeoutSeconds: 5,
        HealthyThresholdCount: 5,
        UnhealthyThresholdCount: 2,
        HealthCheckPath: "/",
        Matcher: { HttpCode: "200" },
        LoadBalancerArns: [],
        TargetType: "ip",
        ProtocolVersion: "HTTP1",
        IpAddressType: "ipv4",
      },
    ]);
  });

  it("is idempotent with the same settings and refuses the name with others", async () => {
    const { call } = bench();
    const arn = await targetGroup(call, "web");
    expect(await targetGroup(call, "web")).toBe(arn);
    await expect(targetGroup(call, "web", { Port: 81 })).rejects.toMatchObject({
      code: "DuplicateTargetGroupName",
      message: "A target group with the same name 'web' exists, but with different settings",
    });
  });

  it.each([
    [{ Name: "a".repeat(33) }, "cannot be longer than '32' characters"],
    [{ Name: "-web" }, "cannot begin or end with '-'"],
    [{ Name: "web-" }, "cannot begin or end with '-'"],
    [{ Name: "web_1" }, "can only contain characters that are alphanumeric characters and hyphens(-)"],
    [{ Name: undefined }, "Value null at 'name' failed to satisfy constraint: Member must not be null"],
    [{ Protocol: "UDP" }, "Member must satisfy enum value set: [HTTP, HTTPS, TCP]"],
    [{ Port: 0 }, "Member must have value greater than or equal to 1"],
    [{ VpcId: undefined }, "A VPC ID must be specified"],
    [{ TargetType: "instance" }, "is not supported by the local target"],
    [{ HealthCheckIntervalSeconds: 4 }, "Member must have value greater than or equal to 5"],
    [{ HealthCheckIntervalSeconds: 301 }, "Member must have value less than or equal to 300"],
    [{ HealthCheckTimeoutSeconds: 1 }, "Member must have value greater than or equal to 2"],
    [{ HealthCheckTimeoutSeconds: 30 }, "Health check timeout '30' must be smaller than the interval '30'"],
    [{ HealthyThresholdCount: 1 }, "Member must have value greater than or equal to 2"],
    [{ UnhealthyThresholdCount: 11 }, "Member must have value less than or equal to 10"],
    [{ HealthCheckPath: "health" }, "must begin with a '/' character"],
    [{ HealthCheckPort: "http" }, "must be 'traffic-port' or a number"],
    [{ Matcher: { HttpCode: "599" } }, "must be within '200-499' inclusive"],
  ])("refuses %j", async (settings, words) => {
    const { call } = bench();
    const attempt = call("CreateTargetGroup", { Name: "web", ...groupSettings, ...settings });
    await expect(attempt).rejects.toMatchObject({
      code: "ValidationError",
      message: expect.stringContaining(words) as string,
    });
  });

  it("F18: refuses to delete a group that a rule uses, in AWS's words, and deletes it afterwards", async () => {
    const { call } = bench();
    const { targetGroupArn, ruleArn } = await wired(call);
    await expect(call("DeleteTargetGroup", { TargetGroupArn: targetGroupArn })).rejects.toMatchObject({
      code: "ResourceInUse",
      message: `Target group '${targetGroupArn}' is currently in use by a listener or a rule`,
    });
    await call("DeleteRule", { RuleArn: ruleArn });
    await call("DeleteTargetGroup", { TargetGroupArn: targetGroupArn });
    await call("DeleteTargetGroup", { TargetGroupArn: targetGroupArn });
    await expect(call("DescribeTargetGroups", { TargetGroupArns: [targetGroupArn] })).rejects.toMatchObject({
      code: "TargetGroupNotFound",
      message: "One or more target groups not found",
    });
  });

  it("belongs to one load balancer", async () => {
    const { call } = bench();
    const { targetGroupArn } = await wired(call);
    const other = await listener(call, await loadBalancer(call, "other"));
    await expect(rule(call, other, targetGroupArn)).rejects.toMatchObject({
      code: "TargetGroupAssociationLimit",
    });
  });

  it("F17: a load balancer holds so many target groups, and the limits can be read", async () => {
    const { call } = bench({ limits: () => ({ targetGroupsPerLoadBalancer: 2, targetGroups: 3 }) });
    const { listenerArn } = await wired(call);
    await rule(call, listenerArn, await targetGroup(call, "second"), { Priority: 2 });
    const third = await targetGroup(call, "third");
    await expect(rule(call, listenerArn, third, { Priority: 3 })).rejects.toMatchObject({
      code: "TooManyUniqueTargetGroupsPerLoadBalancer",
    });
    await expect(targetGroup(call, "fourth")).rejects.toMatchObject({ code: "TooManyTargetGroups" });
    const { Limits } = await call<DescribeAccountLimitsCommandOutput>("DescribeAccountLimits");
    expect(Limits).toContainEqual({ Name: "target-groups-per-application-load-balancer", Max: "2" });
    expect(Limits).toContainEqual({ Name: "rules-per-application-load-balancer", Max: "100" });
  });

  it("keeps attributes, and refuses unknown keys and values outside their range", async () => {
    const { call } = bench();
    const TargetGroupArn = await targetGroup(call, "web");
    const modify = (Key: string, Value: string) =>
      call<DescribeTargetGroupAttributesCommandOutput>("ModifyTargetGroupAttributes", {
        TargetGroupArn,
        Attributes: [{ Key, Value }],
      });
    const { Attributes } = await modify("deregistration_delay.timeout_seconds", "5");
    expect(Attributes).toContainEqual({ Key: "deregistration_delay.timeout_seconds", Value: "5" });
    expect(Attributes).toContainEqual({ Key: "load_balancing.algorithm.type", Value: "round_robin" });
    await expect(modify("deregistration_delay.timeout_seconds", "3601")).rejects.toThrow(
      "'deregistration_delay.timeout_seconds' value '3601' must be between '0-3600' inclusive",
    );
    await expect(modify("no.such", "1")).rejects.toThrow(
      "Target group attribute key 'no.such' is not recognized",
    );
  });

  it("modifies health check settings within AWS's ranges", async () => {
    const { call } = bench();
    const TargetGroupArn = await targetGroup(call, "web");
    const modified = await call<DescribeTargetGroupsCommandOutput>("ModifyTargetGroup", {
      TargetGroupArn,
      HealthCheckPath: "/health",
      HealthCheckIntervalSeconds: 6,
    });
    expect(modified.TargetGroups?.[0]).toMatchObject({
      HealthCheckPath: "/health",
      HealthCheckIntervalSeconds: 6,
    });
    await expect(call("ModifyTargetGroup", { TargetGroupArn, HealthCheckTimeoutSeconds: 6 })).rejects.toThrow(
      "must be smaller than the interval '6'",
    );
  });
});
