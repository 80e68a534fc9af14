import type {
  DescribeTargetGroupAttributesCommandOutput,
  DescribeTargetGroupsCommandOutput,
  TargetGroup,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Properties } from "../../../provider/values.js";
import { retryOn } from "../../../provider/retry.js";
import {
  arnSuffix,
  attributesFrom,
  attributesOf,
  readTags,
  updateTags,
  type AttributeNames,
} from "./attributes.js";
import type { ResourceType, Scope } from "../../../resources/resource.js";
import { object, optionalText, text, unlessGone, upperTags } from "../../../resources/convert.js";

const attributes: AttributeNames = {
  deregistrationDelay: "deregistration_delay.timeout_seconds",
  slowStart: "slow_start.duration_seconds",
  loadBalancingAlgorithmType: "load_balancing.algorithm.type",
  connectionTermination: "deregistration_delay.connection_termination.enabled",
  preserveClientIp: "preserve_client_ip.enabled",
  proxyProtocolV2: "proxy_protocol_v2.enabled",
};

const sticky: AttributeNames = {
  enabled: "stickiness.enabled",
  type: "stickiness.type",
};

/** Which attribute a cookie's duration is depends on its type. Source: terraform-provider-aws, internal/service/elbv2/target_group.go. */
function stickyNames({ type }: Properties): AttributeNames {
  const common = { ...sticky, cookieDuration: `stickiness.${String(type)}.duration_seconds` };
  return type === "app_cookie" ? { ...common, cookieName: "stickiness.app_cookie.cookie_name" } : common;
}

export const targetGroup: ResourceType = {
  tokens: ["aws:lb/targetGroup:TargetGroup", "aws:alb/targetGroup:TargetGroup"],
  autoname: "name",
  replaces: [
    "name",
    "namePrefix",
    "port",
    "protocol",
    "protocolVersion",
    "targetType",
    "vpcId",
    "ipAddressType",
  ],

  /** The rules of the real provider's own check, in its words. */
  check(inputs) {
    const { name } = inputs;
    const unfit = ofNetwork(inputs);
    if (unfit.length > 0) return unfit;
    if (typeof name !== "string") return [];
    if (name.length > 32)
      return [{ property: "name", reason: `"name" cannot be longer than 32 characters: "${name}"` }];
    if (!/^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/.test(name)) {
      const reason = `only alphanumeric characters and hyphens allowed in "name", none at either end: "${name}"`;
      return [{ property: "name", reason }];
    }
    return [];
  },

  async create(inputs, scope) {
    const { name, port, protocol, protocolVersion, vpcId, targetType, ipAddressType, tags } = inputs;
    const request = {
      Name: name,
      Port: port,
      Protocol: protocol,
      ProtocolVersion: protocolVersion,
      VpcId: vpcId,
      TargetType: targetType ?? "instance",
      IpAddressType: ipAddressType,
      ...healthCheck(inputs, protocolVersion),
      ...(tags === undefined ? {} : { Tags: upperTags(tags) }),
    };
    const made = await scope.call<DescribeTargetGroupsCommandOutput>("elbv2", "CreateTargetGroup", request);
    const arn = text(made.TargetGroups?.[0]?.TargetGroupArn);
    await setAttributes(arn, inputs, scope);
    return { id: arn };
  },

  async read(id, scope) {
    const input = { TargetGroupArns: [id] };
    const call = scope.call<DescribeTargetGroupsCommandOutput>("elbv2", "DescribeTargetGroups", input);
    const live = (await unlessGone(call, "TargetGroupNotFound"))?.TargetGroups?.[0];
    if (live === undefined) return undefined;
    const { Attributes } = await scope.call<DescribeTargetGroupAttributesCommandOutput>(
      "elbv2",
      "DescribeTargetGroupAttributes",
      { TargetGroupArn: id },
    );
    return {
      ...properties(live),
      ...attributesFrom(Attributes, attributes),
      ...asText(attributesFrom(Attributes, { preserveClientIp: "preserve_client_ip.enabled" })),
      stickiness: attributesFrom(Attributes, stickyNames(attributesFrom(Attributes, sticky))),
      tags: await readTags(id, scope),
    };
  },

  async update(id, news, olds, scope) {
    await scope.call("elbv2", "ModifyTargetGroup", {
      TargetGroupArn: id,
      ...healthCheck(news, news["protocolVersion"]),
    });
    await setAttributes(id, news, scope);
    await updateTags(id, news["tags"], olds["tags"], scope);
  },

  /** A rule that has just gone may still hold the group for a moment (F18). */
  async delete(id, _state, scope) {
    const remove = () => scope.call("elbv2", "DeleteTargetGroup", { TargetGroupArn: id });
    const call = retryOn((error) => error.code === "ResourceInUse", remove, scope.wait, 30);
    await unlessGone(call, "TargetGroupNotFound");
  },
};

/** A property that the provider has as text. */
function asText(values: Properties): Properties {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}

/** What a check by TCP has not. Source: terraform-provider-aws, internal/service/elbv2/target_group.go, `CustomizeDiff`. */
function ofNetwork({ healthCheck: given }: Properties): { property: string; reason: string }[] {
  const check = object(given);
  if (check["protocol"] !== "TCP") return [];
  return ["path", "matcher"]
    .filter((name) => check[name] !== undefined && check[name] !== "")
    .map((name) => ({
      property: "healthCheck",
      reason: `Attribute "health_check[0].${name}" cannot be specified when "health_check[0].protocol" is "TCP".`,
    }));
}

async function setAttributes(arn: string, inputs: Properties, scope: Scope): Promise<void> {
  const cookie = object(inputs["stickiness"]);
  const wanted = [
    ...attributesOf(inputs, attributes),
    ...(inputs["stickiness"] === undefined ? [] : attributesOf(cookie, stickyNames(cookie))),
  ];
  if (wanted.length === 0) return;
  await scope.call("elbv2", "ModifyTargetGroupAttributes", { TargetGroupArn: arn, Attributes: wanted });
}

function healthCheck(inputs: Properties, version: unknown): Properties {
  const check = object(inputs["healthCheck"]);
  const codes = version === "GRPC" ? "GrpcCode" : "HttpCode";
  return {
    HealthCheckEnabled: check["enabled"],
    HealthCheckPath: check["path"],
    HealthCheckPort: optionalText(check["port"]),
    HealthCheckProtocol: check["protocol"],
    HealthCheckIntervalSeconds: check["interval"],
    HealthCheckTimeoutSeconds: check["timeout"],
    HealthyThresholdCount: check["healthyThreshold"],
    UnhealthyThresholdCount: check["unhealthyThreshold"],
    ...(check["matcher"] === undefined ? {} : { Matcher: { [codes]: check["matcher"] } }),
  };
}

function properties(live: TargetGroup): Properties {
  return {
    arn: live.TargetGroupArn,
    arnSuffix: arnSuffix(live.TargetGroupArn),
    name: live.TargetGroupName,
    port: live.Port,
    protocol: live.Protocol,
    protocolVersion: live.ProtocolVersion,
    vpcId: live.VpcId,
    targetType: live.TargetType,
    ipAddressType: live.IpAddressType,
    loadBalancerArns: live.LoadBalancerArns,
    healthCheck: {
      enabled: live.HealthCheckEnabled,
      path: live.HealthCheckPath,
      port: live.HealthCheckPort,
      protocol: live.HealthCheckProtocol,
      interval: live.HealthCheckIntervalSeconds,
      timeout: live.HealthCheckTimeoutSeconds,
      healthyThreshold: live.HealthyThresholdCount,
      unhealthyThreshold: live.UnhealthyThresholdCount,
      matcher: live.Matcher?.HttpCode ?? live.Matcher?.GrpcCode,
    },
  };
}
