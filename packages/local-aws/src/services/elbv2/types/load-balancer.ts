import type {
  DescribeLoadBalancerAttributesCommandOutput,
  DescribeLoadBalancersCommandOutput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Properties } from "../../../provider/values.js";
import {
  attributesFrom,
  attributesOf,
  readTags,
  updateTags,
  type Attribute,
  type AttributeNames,
} from "./attributes.js";
import type { ResourceType } from "../../../resources/resource.js";
import { object, text, unlessGone, upperTags } from "../../../resources/convert.js";

const attributes: AttributeNames = {
  idleTimeout: "idle_timeout.timeout_seconds",
  enableDeletionProtection: "deletion_protection.enabled",
  enableHttp2: "routing.http2.enabled",
  dropInvalidHeaderFields: "routing.http.drop_invalid_header_fields.enabled",
  desyncMitigationMode: "routing.http.desync_mitigation_mode",
  preserveHostHeader: "routing.http.preserve_host_header.enabled",
  xffHeaderProcessingMode: "routing.http.xff_header_processing.mode",
  clientKeepAlive: "client_keep_alive.seconds",
};

/** Of `accessLogs`. */
const logAttributes: AttributeNames = {
  bucket: "access_logs.s3.bucket",
  enabled: "access_logs.s3.enabled",
  prefix: "access_logs.s3.prefix",
};

function wantedAttributes(inputs: Properties): Attribute[] {
  return [...attributesOf(inputs, attributes), ...attributesOf(object(inputs["accessLogs"]), logAttributes)];
}

function withoutEmpty(values: Properties): Properties {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ""));
}

export const loadBalancer: ResourceType = {
  tokens: ["aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer"],
  autoname: "name",
  replaces: ["name", "namePrefix", "internal", "loadBalancerType", "customerOwnedIpv4Pool"],

  async create(inputs, scope) {
    const { name, subnets, securityGroups, internal, loadBalancerType, ipAddressType, tags } = inputs;
    const request = {
      Name: name,
      Subnets: subnets,
      SecurityGroups: securityGroups,
      Scheme: internal === true ? "internal" : "internet-facing",
      Type: loadBalancerType ?? "application",
      IpAddressType: ipAddressType,
      ...(tags === undefined ? {} : { Tags: upperTags(tags) }),
    };
    const made = await scope.call<DescribeLoadBalancersCommandOutput>("elbv2", "CreateLoadBalancer", request);
    const arn = text(made.LoadBalancers?.[0]?.LoadBalancerArn);
    const wanted = wantedAttributes(inputs);
    if (wanted.length > 0) {
      await scope.call("elbv2", "ModifyLoadBalancerAttributes", { LoadBalancerArn: arn, Attributes: wanted });
    }
    return { id: arn };
  },

  async read(id, scope) {
    const call = scope.call<DescribeLoadBalancersCommandOutput>("elbv2", "DescribeLoadBalancers", {
      LoadBalancerArns: [id],
    });
    const live = (await unlessGone(call, "LoadBalancerNotFound"))?.LoadBalancers?.[0];
    if (live === undefined) return undefined;
    const set = await scope.call<DescribeLoadBalancerAttributesCommandOutput>(
      "elbv2",
      "DescribeLoadBalancerAttributes",
      { LoadBalancerArn: id },
    );
    const logs = attributesFrom(set.Attributes, logAttributes);
    return {
      ...attributesFrom(set.Attributes, attributes),
      ...(logs["enabled"] === true ? { accessLogs: withoutEmpty(logs) } : {}),
      arn: id,
      arnSuffix: id.split(":loadbalancer/")[1],
      name: live.LoadBalancerName,
      dnsName: live.DNSName,
      zoneId: live.CanonicalHostedZoneId,
      vpcId: live.VpcId,
      internal: live.Scheme === "internal",
      loadBalancerType: live.Type,
      ipAddressType: live.IpAddressType,
      securityGroups: live.SecurityGroups,
      subnets: live.AvailabilityZones?.map((zone) => zone.SubnetId),
      tags: await readTags(id, scope),
    };
  },

  async update(id, news, olds, scope) {
    const { securityGroups, subnets, ipAddressType } = news;
    const wanted = wantedAttributes(news);
    if (wanted.length > 0) {
      await scope.call("elbv2", "ModifyLoadBalancerAttributes", { LoadBalancerArn: id, Attributes: wanted });
    }
    if (String(securityGroups) !== String(olds["securityGroups"])) {
      await scope.call("elbv2", "SetSecurityGroups", { LoadBalancerArn: id, SecurityGroups: securityGroups });
    }
    if (String(subnets) !== String(olds["subnets"])) {
      await scope.call("elbv2", "SetSubnets", {
        LoadBalancerArn: id,
        Subnets: subnets,
        IpAddressType: ipAddressType,
      });
    }
    await updateTags(id, news["tags"], olds["tags"], scope);
  },

  async delete(id, _state, scope) {
    await unlessGone(
      scope.call("elbv2", "DeleteLoadBalancer", { LoadBalancerArn: id }),
      "LoadBalancerNotFound",
    );
  },
};
