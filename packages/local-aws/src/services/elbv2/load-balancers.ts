import type {
  CreateLoadBalancerCommandInput,
  DeleteLoadBalancerCommandInput,
  DescribeLoadBalancerAttributesCommandInput,
  DescribeLoadBalancersCommandInput,
  LoadBalancer,
  ModifyLoadBalancerAttributesCommandInput,
  SetSecurityGroupsCommandInput,
  SetSubnetsCommandInput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { AwsError, type Operation, type Site } from "../../cloud.js";
import { checkAttributes, listAttributes, loadBalancerDefaults } from "./attributes.js";
import { networkLoadBalancerDefaults } from "./network-attributes.js";
import type { Context } from "./context.js";
import { newDnsName, newLoadBalancerArn } from "./arns.js";
import { checkName } from "./names.js";
import { elbv2Page } from "./paginate.js";
import { invalidConfiguration, loadBalancersNotFound, requireOneOf, required } from "./refusals.js";
import { listenersOf, ofSite, rulesOfListener, type LoadBalancerRow } from "./rows.js";
import { setTags } from "./tags.js";

const hostedZoneId = "Z35SXDOTRQ7X7K";

export function loadBalancerOperations(context: Context): Record<string, Operation> {
  return {
    CreateLoadBalancer: (input: CreateLoadBalancerCommandInput, site) => create(context, input, site),
    DescribeLoadBalancers(input: DescribeLoadBalancersCommandInput, site) {
      const { items, next } = elbv2Page(select(context, input, site), input);
      return { LoadBalancers: items.map(describe), NextMarker: next };
    },
    DeleteLoadBalancer: (input: DeleteLoadBalancerCommandInput) => remove(context, input),
    DescribeLoadBalancerAttributes(input: DescribeLoadBalancerAttributesCommandInput) {
      const row = findLoadBalancer(context, input.LoadBalancerArn);
      return { Attributes: listAttributes(row.attributes, defaultsOf(row)) };
    },
    ModifyLoadBalancerAttributes(input: ModifyLoadBalancerAttributesCommandInput) {
      const row = findLoadBalancer(context, input.LoadBalancerArn);
      const asked = required(input.Attributes, "attributes");
      Object.assign(row.attributes, checkAttributes("Load balancer", asked, defaultsOf(row)));
      context.rerouted();
      return { Attributes: listAttributes(row.attributes, defaultsOf(row)) };
    },
    SetSecurityGroups(input: SetSecurityGroupsCommandInput) {
      const row = findLoadBalancer(context, input.LoadBalancerArn);
      row.securityGroups = required(input.SecurityGroups, "securityGroups");
      context.saved();
      return { SecurityGroupIds: row.securityGroups };
    },
    SetSubnets(input: SetSubnetsCommandInput, site: Site) {
      const row = findLoadBalancer(context, input.LoadBalancerArn);
      const subnets = subnetsOf(input, row.type);
      vpcOf(context, subnets, site);
      row.subnets = subnets;
      context.saved();
      return { AvailabilityZones: describe(row).AvailabilityZones, IpAddressType: row.ipAddressType };
    },
  };
}

function defaultsOf({ type }: LoadBalancerRow): Record<string, string> {
  return type === "network" ? networkLoadBalancerDefaults : loadBalancerDefaults;
}

export function findLoadBalancer(context: Context, arn: string | undefined): LoadBalancerRow {
  const wanted = required(arn, "loadBalancerArn");
  const row = context.rows.loadBalancers[wanted];
  if (!row) throw loadBalancersNotFound(wanted);
  return row;
}

function create(context: Context, input: CreateLoadBalancerCommandInput, site: Site) {
  const name = checkName("Load balancer", required(input.Name, "name"));
  const type = requireOneOf(input.Type ?? "application", "type", ["application", "network"] as const);
  const wanted = {
    name,
    scheme: requireOneOf(input.Scheme ?? "internet-facing", "scheme", [
      "internet-facing",
      "internal",
    ] as const),
    ipAddressType: requireOneOf(input.IpAddressType ?? "ipv4", "ipAddressType", ["ipv4", "dualstack"]),
    subnets: subnetsOf(input, type),
    securityGroups: input.SecurityGroups ?? [],
    ...(type === "network" && { type }),
  };
  const same = ofSite(context.rows.loadBalancers, site).find((row) => row.name === name);
  if (same) return { LoadBalancers: [describe(unchanged(same, wanted))] };
  if (ofSite(context.rows.loadBalancers, site).length >= context.limits().loadBalancers) {
    throw new AwsError("TooManyLoadBalancers", "The maximum number of load balancers has been reached");
  }
  const row: LoadBalancerRow = {
    arn: newLoadBalancerArn(site, name, type === "network" ? "net" : "app"),
    dnsName: newDnsName(site, name),
    vpcId: vpcOf(context, wanted.subnets, site),
    createdAt: new Date().toISOString(),
    attributes: {},
    ...wanted,
  };
  setTags(context.rows, row.arn, input.Tags ?? []);
  context.rows.loadBalancers[row.arn] = row;
  context.rerouted();
  return { LoadBalancers: [describe(row)] };
}

/** CreateLoadBalancer is idempotent: the same settings answer the same load balancer. */
function unchanged(row: LoadBalancerRow, wanted: Partial<LoadBalancerRow>): LoadBalancerRow {
  const held = Object.keys(wanted).map((key) => row[key as keyof LoadBalancerRow]);
  if (JSON.stringify(held) === JSON.stringify(Object.values(wanted))) return row;
  throw new AwsError(
    "DuplicateLoadBalancerName",
    `A load balancer with the same name '${row.name}' exists, but with different settings`,
  );
}

/** A network load balancer may be in one zone. Source: CreateLoadBalancer, `Subnets`. */
function subnetsOf(
  input: { Subnets?: string[]; SubnetMappings?: { SubnetId?: string }[] },
  type: string | undefined,
): string[] {
  const subnets = input.Subnets ?? (input.SubnetMappings ?? []).map((mapping) => mapping.SubnetId ?? "");
  if (type === "network" && subnets.length === 1) return subnets;
  if (subnets.length < 2) {
    throw invalidConfiguration("At least two subnets in two different Availability Zones must be specified");
  }
  return subnets;
}

/** The VPC of the subnets, which are there, in one VPC and each in a zone of its own. Source: CreateLoadBalancer, `Subnets`. */
function vpcOf({ subnetOf }: Context, subnets: readonly string[], site: Site): string {
  if (subnetOf === undefined) return "";
  const found = subnets.map((id) => {
    const subnet = subnetOf(id, site);
    if (subnet) return subnet;
    throw new AwsError("SubnetNotFound", `The subnet ID '${id}' is not valid`);
  });
  if (new Set(found.map(({ zone }) => zone)).size < found.length) {
    throw invalidConfiguration(
      "A load balancer cannot be attached to multiple subnets in the same Availability Zone",
    );
  }
  if (new Set(found.map(({ vpc }) => vpc)).size > 1) {
    throw invalidConfiguration("The subnets of a load balancer must be in the same VPC");
  }
  return found[0]?.vpc ?? "";
}

function select(context: Context, input: DescribeLoadBalancersCommandInput, site: Site): LoadBalancerRow[] {
  const all = ofSite(context.rows.loadBalancers, site);
  if (input.LoadBalancerArns && input.LoadBalancerArns.length > 0) {
    return input.LoadBalancerArns.map((arn) => findLoadBalancer(context, arn));
  }
  return input.Names && input.Names.length > 0 ? input.Names.map((name) => byName(all, name)) : all;
}

function byName(rows: LoadBalancerRow[], name: string): LoadBalancerRow {
  const row = rows.find((candidate) => candidate.name === name);
  if (!row) throw loadBalancersNotFound(name);
  return row;
}

/** Deleting an absent load balancer succeeds, as on AWS; its listeners and rules go with it. */
function remove(context: Context, input: DeleteLoadBalancerCommandInput): Record<string, never> {
  const { rows } = context;
  const row = rows.loadBalancers[required(input.LoadBalancerArn, "loadBalancerArn")];
  if (!row) return {};
  if (row.attributes["deletion_protection.enabled"] === "true") {
    throw new AwsError(
      "OperationNotPermitted",
      `Load balancer '${row.arn}' cannot be deleted because deletion protection is enabled`,
    );
  }
  for (const listener of listenersOf(rows, row.arn)) {
    for (const rule of rulesOfListener(rows, listener.arn)) forget(context, rule.arn);
    forget(context, listener.arn);
  }
  forget(context, row.arn);
  context.rerouted();
  return {};
}

function forget({ rows }: Context, arn: string): void {
  for (const table of [rows.loadBalancers, rows.listeners, rows.rules, rows.tags])
    Reflect.deleteProperty(table, arn);
}

function describe(row: LoadBalancerRow): LoadBalancer {
  const region = row.arn.split(":")[3] ?? "";
  return {
    LoadBalancerArn: row.arn,
    DNSName: row.dnsName,
    CanonicalHostedZoneId: hostedZoneId,
    CreatedTime: new Date(row.createdAt),
    LoadBalancerName: row.name,
    Scheme: row.scheme,
    VpcId: row.vpcId,
    State: { Code: "active" },
    Type: row.type ?? "application",
    AvailabilityZones: row.subnets.map((subnet, index) => ({
      ZoneName: `${region}${"abcdef"[index % 6] ?? "a"}`,
      SubnetId: subnet,
      LoadBalancerAddresses: [],
    })),
    SecurityGroups: row.securityGroups,
    IpAddressType: row.ipAddressType as LoadBalancer["IpAddressType"],
  };
}
