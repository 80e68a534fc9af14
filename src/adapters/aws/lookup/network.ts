import type { EC2Client, Filter } from "@aws-sdk/client-ec2";
import type { LookupFinding } from "../../engine/engine.js";
import { unlessAbsent } from "../errors.js";
import { everyPage } from "../pages.js";
import {
  absent,
  type Finder,
  type Inputs,
  judge,
  chooseInterchangeable,
  type StackOwner,
  type Sought,
  tagsOf,
  textOrEmpty,
  type Tags,
} from "./finding.js";

interface Found {
  id: string;
  tags: Tags;
  /** What tells it from others with the same tags, by the program's property. */
  facts: Record<string, string | undefined>;
}

/** A type of EC2's whose resources have no names: tags tell whose they are. */
export interface NetworkKind {
  type: string;
  /** `NAT gateway`. */
  what: string;
  list(ec2: EC2Client, filters: Filter[]): AsyncGenerator<Found>;
}

/** EC2 still describes what was deleted up to an hour ago. */
const goneStates = new Set(["deleted", "deleting", "failed", "rejected", "expired"]);

export const networkKinds: readonly NetworkKind[] = [
  {
    type: "aws:ec2/natGateway:NatGateway",
    what: "NAT gateway",
    async *list(client, Filter) {
      const { paginateDescribeNatGateways } = await import("@aws-sdk/client-ec2");
      for await (const { NatGateways = [] } of paginateDescribeNatGateways({ client }, { Filter })) {
        for (const { NatGatewayId: id = "", State = "", SubnetId: subnetId, Tags } of NatGateways) {
          if (!goneStates.has(State)) yield { id, tags: tagsOf(Tags), facts: { subnetId } };
        }
      }
    },
  },
  {
    type: "aws:ec2/eip:Eip",
    what: "elastic IP",
    async *list(client, Filters) {
      const { DescribeAddressesCommand } = await import("@aws-sdk/client-ec2");
      const { Addresses = [] } = await client.send(new DescribeAddressesCommand({ Filters }));
      for (const { AllocationId: id = "", Tags } of Addresses) yield { id, tags: tagsOf(Tags), facts: {} };
    },
  },
  {
    type: "aws:ec2/vpcEndpoint:VpcEndpoint",
    what: "VPC endpoint",
    async *list(client, Filters) {
      const { paginateDescribeVpcEndpoints } = await import("@aws-sdk/client-ec2");
      for await (const { VpcEndpoints = [] } of paginateDescribeVpcEndpoints({ client }, { Filters })) {
        for (const { VpcEndpointId: id = "", State = "", VpcId, ServiceName, Tags } of VpcEndpoints) {
          if (goneStates.has(State.toLowerCase())) continue;
          yield { id, tags: tagsOf(Tags), facts: { vpcId: VpcId, serviceName: ServiceName } };
        }
      }
    },
  },
  {
    type: "aws:ec2/internetGateway:InternetGateway",
    what: "internet gateway",
    async *list(client, Filters) {
      const { paginateDescribeInternetGateways } = await import("@aws-sdk/client-ec2");
      for await (const page of paginateDescribeInternetGateways({ client }, { Filters })) {
        // It is attached by a call of its own: one without a VPC may be ours all the same.
        for (const { InternetGatewayId: id = "", Attachments, Tags } of page.InternetGateways ?? []) {
          yield { id, tags: tagsOf(Tags), facts: { vpcId: Attachments?.[0]?.VpcId } };
        }
      }
    },
  },
  {
    type: "aws:ec2/routeTable:RouteTable",
    what: "route table",
    async *list(client, Filters) {
      const { paginateDescribeRouteTables } = await import("@aws-sdk/client-ec2");
      for await (const { RouteTables = [] } of paginateDescribeRouteTables({ client }, { Filters })) {
        for (const { RouteTableId: id = "", VpcId: vpcId, Tags } of RouteTables) {
          yield { id, tags: tagsOf(Tags), facts: { vpcId } };
        }
      }
    },
  },
  {
    type: "aws:ec2/subnet:Subnet",
    what: "subnet",
    async *list(client, Filters) {
      const { paginateDescribeSubnets } = await import("@aws-sdk/client-ec2");
      for await (const { Subnets = [] } of paginateDescribeSubnets({ client }, { Filters })) {
        for (const { SubnetId: id = "", VpcId: vpcId, CidrBlock: cidrBlock, Tags } of Subnets) {
          yield { id, tags: tagsOf(Tags), facts: { vpcId, cidrBlock } };
        }
      }
    },
  },
  {
    type: "aws:ec2/securityGroup:SecurityGroup",
    what: "security group",
    async *list(client, Filters) {
      const { paginateDescribeSecurityGroups } = await import("@aws-sdk/client-ec2");
      for await (const { SecurityGroups = [] } of paginateDescribeSecurityGroups({ client }, { Filters })) {
        for (const { GroupId: id = "", VpcId: vpcId, GroupName: name, Tags } of SecurityGroups) {
          yield { id, tags: tagsOf(Tags), facts: { vpcId, name } };
        }
      }
    },
  },
  {
    type: "aws:ec2/vpc:Vpc",
    what: "VPC",
    async *list(client, Filters) {
      const { paginateDescribeVpcs } = await import("@aws-sdk/client-ec2");
      for await (const { Vpcs = [] } of paginateDescribeVpcs({ client }, { Filters })) {
        for (const { VpcId: id = "", CidrBlock: cidrBlock, Tags } of Vpcs) {
          yield { id, tags: tagsOf(Tags), facts: { cidrBlock } };
        }
      }
    },
  },
];

/** All of a stack's. */
export function ownFilters({ project, stack }: StackOwner): Filter[] {
  return [
    { Name: "tag:moorage:project", Values: [escaped(project)] },
    { Name: "tag:moorage:stack", Values: [escaped(stack)] },
  ];
}

/** Filters know wildcards; names hold none, but may not come to mean more than themselves. */
function escaped(value: string): string {
  return value.replace(/[*?\\]/g, "\\$&");
}

const [unnamed, named] = [networkKinds, "aws:ec2/securityGroup:SecurityGroup"];

export const networkFinders: Record<string, Finder> = {
  ...Object.fromEntries(
    unnamed.map((kind): [string, Finder] => [kind.type, (sought) => findByTags(kind, sought)]),
  ),
  // A group's name is taken once in a VPC, by whomever.
  [named]: findSecurityGroup,
  "aws:ec2/route:Route": findRoute,
  "aws:ec2/routeTableAssociation:RouteTableAssociation": findAssociation,
};

/** Ours where it carries all the tags that the program gives it, and stands where the program wants it. */
async function findByTags(
  { list }: NetworkKind,
  { clients, inputs, owner, known }: Sought,
): Promise<LookupFinding> {
  const ids: string[] = [];
  for await (const { id, tags, facts } of list(await clients.ec2(), ownFilters(owner))) {
    if (isTagged(tags, inputs) && isThere(facts, inputs)) ids.push(id);
  }
  return chooseInterchangeable(ids, known);
}

function isTagged(tags: Tags, inputs: Inputs): boolean {
  const wanted = Object.entries((inputs["tags"] ?? {}) as Record<string, string>);
  return wanted.every(([key, value]) => tags.get(key) === value);
}

function isThere(facts: Found["facts"], inputs: Inputs): boolean {
  return Object.entries(facts).every(
    ([property, value]) =>
      value === undefined || inputs[property] === undefined || inputs[property] === value,
  );
}

async function findSecurityGroup({ clients, inputs, owner }: Sought): Promise<LookupFinding> {
  const { DescribeSecurityGroupsCommand } = await import("@aws-sdk/client-ec2");
  const [name, vpcId] = [textOrEmpty(inputs["name"]), textOrEmpty(inputs["vpcId"])];
  const ec2 = await clients.ec2();
  const Filters = [
    { Name: "group-name", Values: [name] },
    { Name: "vpc-id", Values: [vpcId] },
  ];
  const groups = await everyPage(
    (NextToken) => ec2.send(new DescribeSecurityGroupsCommand({ Filters, NextToken })),
    (page) => ({ items: page.SecurityGroups, next: page.NextToken }),
  );
  const found = groups.find(({ GroupName }) => GroupName === name);
  if (found?.GroupId === undefined) return absent;
  return judge(`security group ${name}`, found.GroupId, tagsOf(found.Tags), owner);
}

/** The import forms of routes and associations name what they tie together. */
async function findRoute(sought: Sought): Promise<LookupFinding> {
  const table = await ownTable(sought);
  if ("is" in table) return table;
  const { routeTableId, destinationCidrBlock, destinationIpv6CidrBlock, destinationPrefixListId } =
    sought.inputs;
  const to = textOrEmpty(destinationCidrBlock ?? destinationIpv6CidrBlock ?? destinationPrefixListId);
  const isMade = table.Routes?.some((route) =>
    [route.DestinationCidrBlock, route.DestinationIpv6CidrBlock, route.DestinationPrefixListId].includes(to),
  );
  return isMade ? { is: "ours", id: `${textOrEmpty(routeTableId)}_${to}` } : absent;
}

async function findAssociation(sought: Sought): Promise<LookupFinding> {
  const table = await ownTable(sought);
  if ("is" in table) return table;
  const { routeTableId, subnetId, gatewayId } = sought.inputs;
  const tied = textOrEmpty(subnetId ?? gatewayId);
  const isMade = table.Associations?.some(
    ({ SubnetId, GatewayId, AssociationState }) =>
      [SubnetId, GatewayId].includes(tied) && !goneStates.has(AssociationState?.State ?? ""),
  );
  return isMade ? { is: "ours", id: `${tied}/${textOrEmpty(routeTableId)}` } : absent;
}

async function ownTable({ clients, inputs, owner }: Sought) {
  const { DescribeRouteTablesCommand } = await import("@aws-sdk/client-ec2");
  const id = textOrEmpty(inputs["routeTableId"]);
  const ec2 = await clients.ec2();
  const answer = await unlessAbsent(
    ec2.send(new DescribeRouteTablesCommand({ RouteTableIds: [id] })),
    "InvalidRouteTableID.NotFound",
  );
  const table = answer?.RouteTables?.find(({ RouteTableId }) => RouteTableId === id);
  if (table === undefined) return absent;
  const finding = judge(`route table ${id}`, id, tagsOf(table.Tags), owner);
  return finding.is === "ours" ? table : finding;
}
