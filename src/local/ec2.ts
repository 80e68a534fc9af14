import type * as Sdk from "@aws-sdk/client-ec2";
import { AwsError, type AwsService, type Site } from "./cloud.js";
import type { RecordedRow, RecordedRows } from "./resources/rows.js";
import { list, object, text, upperTags } from "./resources/words.js";

/** What EC2 tells about the networks and security groups that the provider recorded; a group can be deleted. */
export function createEc2(rows: RecordedRows): AwsService {
  return {
    operations: {
      DescribeVpcs: (input: Sdk.DescribeVpcsCommandInput, site: Site) => ({
        Vpcs: selected(rows, "ec2/vpc", site, input.VpcIds, input.Filters, "InvalidVpcID.NotFound").map(vpc),
      }),
      DescribeSubnets: (input: Sdk.DescribeSubnetsCommandInput, site: Site) => ({
        Subnets: selected(
          rows,
          "ec2/subnet",
          site,
          input.SubnetIds,
          input.Filters,
          "InvalidSubnetID.NotFound",
        ).map(subnet),
      }),
      DescribeSecurityGroups: (input: Sdk.DescribeSecurityGroupsCommandInput, site: Site) => ({
        SecurityGroups: selected(
          rows,
          "ec2/securityGroup",
          site,
          input.GroupIds,
          input.Filters,
          "InvalidGroup.NotFound",
        ).map(securityGroup),
      }),
      DeleteSecurityGroup({ GroupId = "" }: Sdk.DeleteSecurityGroupCommandInput, site: Site) {
        if (rows.get("ec2/securityGroup", site, GroupId) === undefined) {
          throw new AwsError("InvalidGroup.NotFound", `The security group '${GroupId}' does not exist`);
        }
        rows.remove("ec2/securityGroup", site, GroupId);
        return { Return: true, GroupId };
      },
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
    "vpc-id": properties["vpcId"] ?? row.id,
    "group-name": properties["name"],
    "group-id": row.id,
  }[Name];
  if (value === undefined) throw new AwsError("InvalidParameterValue", `The filter '${Name}' is invalid`);
  return Values.some((wanted) => like(text(value), wanted));
}

/** EC2's filters know `*` and `?`. */
function like(value: string, pattern: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${source}$`).test(value);
}

function vpc({ id, properties, site }: RecordedRow) {
  return {
    VpcId: id,
    CidrBlock: properties["cidrBlock"],
    OwnerId: site.account,
    State: "available",
    IsDefault: false,
    InstanceTenancy: "default",
    Tags: upperTags(properties["tags"]),
  };
}

function subnet({ id, properties, site }: RecordedRow) {
  return {
    SubnetId: id,
    VpcId: properties["vpcId"],
    CidrBlock: properties["cidrBlock"],
    AvailabilityZone: properties["availabilityZone"],
    OwnerId: site.account,
    State: "available",
    MapPublicIpOnLaunch: properties["mapPublicIpOnLaunch"] === true,
    SubnetArn: properties["arn"],
    Tags: upperTags(properties["tags"]),
  };
}

function securityGroup({ id, properties, site }: RecordedRow) {
  return {
    GroupId: id,
    GroupName: properties["name"],
    Description: properties["description"],
    VpcId: properties["vpcId"],
    OwnerId: site.account,
    SecurityGroupArn: properties["arn"],
    IpPermissions: list(properties["ingress"]).map(permission),
    IpPermissionsEgress: list(properties["egress"]).map(permission),
    Tags: upperTags(properties["tags"]),
  };
}

function permission(rule: unknown) {
  const { protocol, fromPort, toPort, cidrBlocks, securityGroups } = object(rule);
  return {
    IpProtocol: text(protocol),
    FromPort: fromPort,
    ToPort: toPort,
    IpRanges: list(cidrBlocks).map((CidrIp) => ({ CidrIp })),
    UserIdGroupPairs: list(securityGroups).map((GroupId) => ({ GroupId })),
  };
}
