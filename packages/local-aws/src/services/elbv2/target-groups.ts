import type {
  CreateTargetGroupCommandInput,
  DeleteTargetGroupCommandInput,
  DescribeTargetGroupAttributesCommandInput,
  DescribeTargetGroupsCommandInput,
  ModifyTargetGroupAttributesCommandInput,
  ModifyTargetGroupCommandInput,
  TargetGroup,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { AwsError, type Operation, type Site } from "../../cloud.js";
import { checkAttributes, listAttributes } from "./attributes.js";
import type { Context } from "./context.js";
import { checkHealthSettings, defaultsFor, describeHealthSettings } from "./health-settings.js";
import { groupAttributesOf } from "./network-attributes.js";
import { checkNetworkHealth, networkHealthDefaults } from "./network-health.js";
import { newTargetGroupArn } from "./arns.js";
import { findLoadBalancer } from "./load-balancers.js";
import { checkName } from "./names.js";
import { elbv2Page } from "./paginate.js";
import { inRange, validationError, requireOneOf, required, targetGroupsNotFound } from "./refusals.js";
import { ofSite, type TargetGroupRow } from "./rows.js";
import { setTags } from "./tags.js";
import { groupsUsedBy, loadBalancersByGroup } from "./listener-usage.js";

export function targetGroupOperations(context: Context): Record<string, Operation> {
  return {
    CreateTargetGroup: (input: CreateTargetGroupCommandInput, site) => create(context, input, site),
    DescribeTargetGroups(input: DescribeTargetGroupsCommandInput, site) {
      const { items, next } = elbv2Page(select(context, input, site), input);
      const owners = loadBalancersByGroup(context.rows);
      return { TargetGroups: items.map((row) => describe(row, owners.get(row.arn))), NextMarker: next };
    },
    ModifyTargetGroup(input: ModifyTargetGroupCommandInput) {
      const row = findTargetGroup(context, input.TargetGroupArn);
      row.healthCheck =
        row.protocol === "TCP"
          ? checkNetworkHealth(input, row.healthCheck)
          : checkHealthSettings(input, row.healthCheck);
      context.recheck(row);
      return { TargetGroups: [describe(row, loadBalancersByGroup(context.rows).get(row.arn))] };
    },
    DeleteTargetGroup: (input: DeleteTargetGroupCommandInput) => remove(context, input),
    DescribeTargetGroupAttributes(input: DescribeTargetGroupAttributesCommandInput) {
      const row = findTargetGroup(context, input.TargetGroupArn);
      return { Attributes: listAttributes(row.attributes, groupAttributesOf(row).defaults) };
    },
    ModifyTargetGroupAttributes(input: ModifyTargetGroupAttributesCommandInput) {
      const row = findTargetGroup(context, input.TargetGroupArn);
      const asked = required(input.Attributes, "attributes");
      const { defaults, checkTogether } = groupAttributesOf(row);
      const changed = checkAttributes("Target group", asked, defaults);
      checkTogether({ ...row.attributes, ...changed });
      Object.assign(row.attributes, changed);
      context.saved();
      return { Attributes: listAttributes(row.attributes, defaults) };
    },
  };
}

export function findTargetGroup(context: Context, arn: string | undefined): TargetGroupRow {
  const row = context.rows.targetGroups[required(arn, "targetGroupArn")];
  if (!row) throw targetGroupsNotFound();
  return row;
}

function create(context: Context, input: CreateTargetGroupCommandInput, site: Site) {
  const wanted = settings(input);
  const groups = ofSite(context.rows.targetGroups, site);
  const same = groups.find((row) => row.name === wanted.name);
  if (same)
    return {
      TargetGroups: [describe(unchanged(same, wanted), loadBalancersByGroup(context.rows).get(same.arn))],
    };
  const limit = context.limits().targetGroups;
  if (groups.length >= limit) {
    throw new AwsError(
      "TooManyTargetGroups",
      `The maximum number of target groups '${limit}' has been reached`,
    );
  }
  const row: TargetGroupRow = {
    arn: newTargetGroupArn(site, wanted.name),
    ...wanted,
    attributes: {},
    targets: {},
  };
  setTags(context.rows, row.arn, input.Tags ?? []);
  context.rows.targetGroups[row.arn] = row;
  context.rerouted();
  return { TargetGroups: [describe(row, undefined)] };
}

type Settings = Omit<TargetGroupRow, "arn" | "attributes" | "targets">;

/** What is asked for with AWS's defaults. Here are targets by address, and of a network load balancer's protocols TCP. */
function settings(input: CreateTargetGroupCommandInput): Settings {
  const targetType = requireOneOf(input.TargetType ?? "instance", "targetType", [
    "instance",
    "ip",
    "lambda",
    "alb",
  ]);
  if (targetType !== "ip") {
    throw validationError(
      `Target type '${targetType}' is not supported by the local target: its targets are of type 'ip'`,
    );
  }
  if (input.Protocol === undefined) throw validationError("A protocol must be specified");
  if (input.Port === undefined) throw validationError("A port must be specified");
  if (!input.VpcId) throw validationError("A VPC ID must be specified");
  const protocol = requireOneOf(input.Protocol, "protocol", ["HTTP", "HTTPS", "TCP"] as const);
  if (protocol === "TCP" && input.ProtocolVersion !== undefined)
    throw validationError("You cannot specify a protocol version for a target group with the TCP protocol");
  return {
    name: checkName("Target group", required(input.Name, "name")),
    protocol,
    protocolVersion: requireOneOf(input.ProtocolVersion ?? "HTTP1", "protocolVersion", [
      "GRPC",
      "HTTP1",
      "HTTP2",
    ] as const),
    port: inRange(input.Port, "port", 1, 65535),
    vpcId: input.VpcId,
    targetType,
    ipAddressType: requireOneOf(input.IpAddressType ?? "ipv4", "ipAddressType", ["ipv4"]),
    healthCheck:
      protocol === "TCP"
        ? checkNetworkHealth(input, networkHealthDefaults(input.HealthCheckProtocol))
        : checkHealthSettings(input, defaultsFor(input.ProtocolVersion)),
  };
}

/** CreateTargetGroup is idempotent: the same settings answer the same group. */
function unchanged(row: TargetGroupRow, wanted: Settings): TargetGroupRow {
  const held = Object.keys(wanted).map((key) => row[key as keyof Settings]);
  if (JSON.stringify(held) === JSON.stringify(Object.values(wanted))) return row;
  throw new AwsError(
    "DuplicateTargetGroupName",
    `A target group with the same name '${row.name}' exists, but with different settings`,
  );
}

/** Deleting an absent group succeeds, as on AWS. */
function remove(context: Context, input: DeleteTargetGroupCommandInput): Record<string, never> {
  const { rows } = context;
  const row = rows.targetGroups[required(input.TargetGroupArn, "targetGroupArn")];
  if (!row) return {};
  if (loadBalancersByGroup(rows).has(row.arn)) {
    throw new AwsError(
      "ResourceInUse",
      `Target group '${row.arn}' is currently in use by a listener or a rule`,
    );
  }
  Reflect.deleteProperty(rows.targetGroups, row.arn);
  Reflect.deleteProperty(rows.tags, row.arn);
  context.rerouted();
  return {};
}

function select(context: Context, input: DescribeTargetGroupsCommandInput, site: Site): TargetGroupRow[] {
  const arns = input.TargetGroupArns ?? [];
  const names = input.Names ?? [];
  const filters = [arns.length > 0, names.length > 0, input.LoadBalancerArn !== undefined].filter(Boolean);
  if (filters.length > 1) {
    throw validationError(
      "Target group names, target group ARNs, and a load balancer ARN cannot be specified at the same time",
    );
  }
  const all = ofSite(context.rows.targetGroups, site);
  if (arns.length > 0) return arns.map((arn) => findTargetGroup(context, arn));
  if (names.length > 0) return names.map((name) => byName(all, name));
  if (input.LoadBalancerArn === undefined) return all;
  const used = groupsUsedBy(context.rows, findLoadBalancer(context, input.LoadBalancerArn).arn);
  return all.filter((row) => used.has(row.arn));
}

function byName(rows: TargetGroupRow[], name: string): TargetGroupRow {
  const row = rows.find((candidate) => candidate.name === name);
  if (!row) throw targetGroupsNotFound();
  return row;
}

function describe(row: TargetGroupRow, loadBalancerArn: string | undefined): TargetGroup {
  return {
    TargetGroupArn: row.arn,
    TargetGroupName: row.name,
    Protocol: row.protocol,
    Port: row.port,
    VpcId: row.vpcId,
    ...describeHealthSettings(row.healthCheck),
    LoadBalancerArns: loadBalancerArn === undefined ? [] : [loadBalancerArn],
    TargetType: row.targetType as TargetGroup["TargetType"],
    ...(row.protocol !== "TCP" && { ProtocolVersion: row.protocolVersion }),
    IpAddressType: row.ipAddressType as TargetGroup["IpAddressType"],
  };
}
