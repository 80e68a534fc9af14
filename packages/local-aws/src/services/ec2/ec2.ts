import type * as Sdk from "@aws-sdk/client-ec2";
import { AwsError, type AwsService, type Site } from "../../cloud.js";
import { like, networkInterfaceOperations } from "./network-interfaces.js";
import type { NetworkInterfaces } from "../../ports.js";
import {
  address,
  internetGateway,
  natGateway,
  routeTable,
  securityGroup,
  subnet,
  vpc,
  vpcEndpoint,
} from "./shapes.js";
import type { RecordedRow, RecordedRows } from "../../resources/rows.js";
import { object, text } from "../../resources/convert.js";

/** What a describing operation answers of one type of rows. */
interface Described {
  type: string;
  /** The answer's member: `Vpcs`. */
  member: string;
  /** The input's list of ids: `VpcIds`. */
  ids: string;
  /** EC2's code for an id that it does not know. */
  absent: string;
  shape(row: RecordedRow, rows: RecordedRows): object;
}

const describing: Readonly<Record<string, Described>> = {
  DescribeVpcs: { type: "vpc", member: "Vpcs", ids: "VpcIds", absent: "InvalidVpcID.NotFound", shape: vpc },
  DescribeSubnets: {
    type: "subnet",
    member: "Subnets",
    ids: "SubnetIds",
    absent: "InvalidSubnetID.NotFound",
    shape: subnet,
  },
  DescribeSecurityGroups: {
    type: "securityGroup",
    member: "SecurityGroups",
    ids: "GroupIds",
    absent: "InvalidGroup.NotFound",
    shape: securityGroup,
  },
  DescribeInternetGateways: {
    type: "internetGateway",
    member: "InternetGateways",
    ids: "InternetGatewayIds",
    absent: "InvalidInternetGatewayID.NotFound",
    shape: internetGateway,
  },
  DescribeRouteTables: {
    type: "routeTable",
    member: "RouteTables",
    ids: "RouteTableIds",
    absent: "InvalidRouteTableID.NotFound",
    shape: routeTable,
  },
  DescribeAddresses: {
    type: "eip",
    member: "Addresses",
    ids: "AllocationIds",
    absent: "InvalidAllocationID.NotFound",
    shape: address,
  },
  DescribeNatGateways: {
    type: "natGateway",
    member: "NatGateways",
    ids: "NatGatewayIds",
    absent: "NatGatewayNotFound",
    shape: natGateway,
  },
  DescribeVpcEndpoints: {
    type: "vpcEndpoint",
    member: "VpcEndpoints",
    ids: "VpcEndpointIds",
    absent: "InvalidVpcEndpointId.NotFound",
    shape: vpcEndpoint,
  },
};

/** What EC2 tells about the networks and security groups that the provider recorded; a group can be deleted. */
export function createEc2(rows: RecordedRows, interfaces: NetworkInterfaces = () => []): AwsService {
  return {
    operations: {
      ...Object.fromEntries(
        Object.entries(describing).map(([operation, kind]) => [operation, describe(rows, kind)]),
      ),
      DeleteSecurityGroup({ GroupId = "" }: Sdk.DeleteSecurityGroupCommandInput, site: Site) {
        if (rows.get("ec2/securityGroup", site, GroupId) === undefined) {
          throw new AwsError("InvalidGroup.NotFound", `The security group '${GroupId}' does not exist`);
        }
        if (interfaces(site).some(({ groups }) => groups.includes(GroupId))) {
          throw new AwsError("DependencyViolation", `resource ${GroupId} has a dependent object`);
        }
        rows.remove("ec2/securityGroup", site, GroupId);
        return { Return: true, GroupId };
      },
      ...networkInterfaceOperations(interfaces),
      DescribeAvailabilityZones: (_input: Sdk.DescribeAvailabilityZonesCommandInput, { region }: Site) => ({
        AvailabilityZones: ["a", "b", "c"].map((letter, index) => ({
          ZoneName: `${region}${letter}`,
          ZoneId: `${region}-az${index + 1}`,
          RegionName: region,
          State: "available",
        })),
      }),
    },
  };
}

function describe(rows: RecordedRows, { type, member, ids, absent, shape }: Described) {
  return (input: Record<string, unknown>, site: Site) => {
    const asked = input[ids] as string[] | undefined;
    // DescribeNatGateways alone calls them `Filter`.
    const filters = (input["Filters"] ?? input["Filter"]) as Sdk.Filter[] | undefined;
    const found = selected(rows, `ec2/${type}`, site, asked, filters, absent);
    return { [member]: found.map((row) => shape(row, rows)) };
  };
}

function selected(
  rows: RecordedRows,
  type: string,
  site: Site,
  ids: readonly string[] | undefined,
  filters: readonly Sdk.Filter[] | undefined,
  absent: string,
): RecordedRow[] {
  const all = rows.list(type, site);
  const missing = (ids ?? []).filter((id) => !all.some((row) => row.id === id));
  if (missing.length > 0) throw new AwsError(absent, `The ID '${missing.join(", ")}' does not exist`);
  const asked = ids === undefined || ids.length === 0 ? all : all.filter((row) => ids.includes(row.id));
  return asked.filter((row) => (filters ?? []).every((filter) => matches(row, filter)));
}

/** `tag:Name`, `tag-key` or a property: `vpc-id`, `group-name`, `group-id`. Others are refused, not ignored. */
function matches(row: RecordedRow, { Name = "", Values = [] }: Sdk.Filter): boolean {
  const { properties } = row;
  const tags = object(properties["tags"]);
  if (Name === "tag-key") return Values.some((value) => value in tags);
  if (Name.startsWith("tag:")) return Values.some((value) => like(text(tags[Name.slice(4)]), value));
  const value = {
    "vpc-id": properties["vpcId"] ?? (row.type === "ec2/vpc" ? row.id : undefined),
    "group-name": properties["name"],
    "group-id": row.id,
  }[Name];
  if (value === undefined) throw new AwsError("InvalidParameterValue", `The filter '${Name}' is invalid`);
  return Values.some((wanted) => like(text(value), wanted));
}
