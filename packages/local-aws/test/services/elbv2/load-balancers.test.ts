import type {
  DescribeListenerCertificatesCommandOutput,
  DescribeListenersCommandOutput,
  DescribeLoadBalancerAttributesCommandOutput,
  DescribeLoadBalancersCommandOutput,
  DescribeTagsCommandOutput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { describe, expect, it } from "vitest";
import { bench, listener, loadBalancer, wired } from "./support.js";

describe("load balancers", () => {
  it("answers what was created", async () => {
    const { call } = bench({ subnetOf: (subnet) => ({ vpc: "vpc-of-subnet-1", zone: subnet }) });
    const arn = await loadBalancer(call);
    expect(arn).toMatch(/:loadbalancer\/app\/shared\/[0-9a-f]{16}$/);
    const { LoadBalancers } = await call<DescribeLoadBalancersCommandOutput>("DescribeLoadBalancers", {
      Names: ["shared"],
    });
    expect(LoadBalancers?.[0]).toMatchObject({
      LoadBalancerArn: arn,
      DNSName: expect.stringMatching(/^shared-\d{10}\.us-east-1\.elb\.localhost$/) as string,
      State: { Code: "active" },
      Type: "application",
      Scheme: "internet-facing",
      VpcId: "vpc-of-subnet-1",
      CreatedTime: expect.any(Date) as Date,
    });
  });

  it("is idempotent with the same settings and refuses the name with others", async () => {
    const { call } = bench();
    expect(await loadBalancer(call)).toBe(await loadBalancer(call));
    const other = { Name: "shared", Subnets: ["subnet-1", "subnet-3"] };
    await expect(call("CreateLoadBalancer", other)).rejects.toMatchObject({
      code: "DuplicateLoadBalancerName",
    });
  });

  it.each(["internal-web", "a".repeat(33), "-a"])("refuses the name %s", async (name) => {
    await expect(loadBalancer(bench().call, name)).rejects.toMatchObject({ code: "ValidationError" });
  });

  it("is deleted with its listeners and rules, unless deletion protection is on", async () => {
    const { call } = bench();
    const { loadBalancerArn, listenerArn, targetGroupArn, ruleArn } = await wired(call);
    const protect = (Value: string) =>
      call<DescribeLoadBalancerAttributesCommandOutput>("ModifyLoadBalancerAttributes", {
        LoadBalancerArn: loadBalancerArn,
        Attributes: [{ Key: "deletion_protection.enabled", Value }],
      });
    await protect("true");
    const remove = () => call("DeleteLoadBalancer", { LoadBalancerArn: loadBalancerArn });
    await expect(remove()).rejects.toMatchObject({ code: "OperationNotPermitted" });
    await protect("false");
    await remove();
    await remove();
    await expect(call("DescribeListeners", { ListenerArns: [listenerArn] })).rejects.toMatchObject({
      code: "ListenerNotFound",
    });
    await expect(call("DescribeRules", { RuleArns: [ruleArn] })).rejects.toMatchObject({
      code: "RuleNotFound",
    });
    await call("DeleteTargetGroup", { TargetGroupArn: targetGroupArn });
  });

  it("is seen in its own account and region only", async () => {
    const { call, elbv2 } = bench();
    await loadBalancer(call);
    const describe = elbv2.operations["DescribeLoadBalancers"] as (
      input: object,
      site: object,
    ) => DescribeLoadBalancersCommandOutput;
    expect(describe({}, { account: "111111111111", region: "us-east-1" }).LoadBalancers).toHaveLength(1);
    expect(describe({}, { account: "111111111111", region: "eu-west-1" }).LoadBalancers).toEqual([]);
    expect(describe({}, { account: "222222222222", region: "us-east-1" }).LoadBalancers).toEqual([]);
  });
});

describe("listeners", () => {
  const certificate = (name: string) => ({
    CertificateArn: `arn:aws:acm:us-east-1:111111111111:certificate/${name}`,
  });
  const notFound = { Type: "fixed-response", FixedResponseConfig: { StatusCode: "404" } };

  it("refuses a port twice and a protocol that is no application protocol", async () => {
    const { call } = bench();
    const arn = await loadBalancer(call);
    await listener(call, arn);
    await expect(listener(call, arn)).rejects.toMatchObject({ code: "DuplicateListener" });
    const tcp = { LoadBalancerArn: arn, Port: 81, Protocol: "TCP", DefaultActions: [notFound] };
    await expect(call("CreateListener", tcp)).rejects.toThrow(
      "Listener protocol 'TCP' must be one of 'HTTP, HTTPS'",
    );
  });

  it("keeps an HTTPS listener's certificates, the default one first", async () => {
    const { call } = bench();
    const LoadBalancerArn = await loadBalancer(call);
    const https = { LoadBalancerArn, Port: 443, Protocol: "HTTPS", DefaultActions: [notFound] };
    await expect(call("CreateListener", https)).rejects.toMatchObject({ code: "CertificateNotFound" });
    const created = await call<DescribeListenersCommandOutput>("CreateListener", {
      ...https,
      Certificates: [certificate("one")],
    });
    expect(created.Listeners?.[0]).toMatchObject({
      Protocol: "HTTPS",
      SslPolicy: "ELBSecurityPolicy-2016-08",
    });
    const ListenerArn = created.Listeners?.[0]?.ListenerArn;
    await call("AddListenerCertificates", { ListenerArn, Certificates: [certificate("two")] });
    const listed = () =>
      call<DescribeListenerCertificatesCommandOutput>("DescribeListenerCertificates", { ListenerArn });
    expect((await listed()).Certificates).toEqual([
      { ...certificate("one"), IsDefault: true },
      { ...certificate("two"), IsDefault: false },
    ]);
    await expect(
      call("RemoveListenerCertificates", { ListenerArn, Certificates: [certificate("one")] }),
    ).rejects.toMatchObject({ code: "OperationNotPermitted" });
    await call("RemoveListenerCertificates", { ListenerArn, Certificates: [certificate("two")] });
    await call("ModifyListener", { ListenerArn, Certificates: [certificate("three")] });
    expect((await listed()).Certificates).toEqual([{ ...certificate("three"), IsDefault: true }]);
  });
});

describe("tags", () => {
  it("are added, removed, and refused as AWS does", async () => {
    const { call } = bench();
    const { targetGroupArn, ruleArn } = await wired(call);
    const ResourceArns = [targetGroupArn, ruleArn];
    await call("AddTags", {
      ResourceArns,
      Tags: [
        { Key: "a", Value: "1" },
        { Key: "b", Value: "2" },
      ],
    });
    await call("RemoveTags", { ResourceArns: [ruleArn], TagKeys: ["a"] });
    const { TagDescriptions } = await call<DescribeTagsCommandOutput>("DescribeTags", { ResourceArns });
    expect(TagDescriptions).toEqual([
      {
        ResourceArn: targetGroupArn,
        Tags: [
          { Key: "a", Value: "1" },
          { Key: "b", Value: "2" },
        ],
      },
      { ResourceArn: ruleArn, Tags: [{ Key: "b", Value: "2" }] },
    ]);
    const add = (...Tags: object[]) => call("AddTags", { ResourceArns, Tags });
    await expect(add({ Key: "aws:x" })).rejects.toMatchObject({ code: "ValidationError" });
    await expect(add({ Key: "c" }, { Key: "c" })).rejects.toMatchObject({ code: "DuplicateTagKeys" });
    const many = Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}` }));
    await expect(add(...many)).rejects.toMatchObject({ code: "TooManyTags" });
    await expect(call("AddTags", { ResourceArns: [`${ruleArn}0`], Tags: [] })).rejects.toMatchObject({
      code: "RuleNotFound",
    });
  });
});
