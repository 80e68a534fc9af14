/** What EC2 answers of each thing that the provider recorded. */
import type { RecordedRow, RecordedRows } from "../../resources/rows.js";
import { list, object, text, upperTags } from "../../resources/convert.js";

export function vpc({ id, properties, site }: RecordedRow) {
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

export function subnet({ id, properties, site }: RecordedRow) {
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

export function securityGroup({ id, properties, site }: RecordedRow) {
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

export function internetGateway({ id, properties, site }: RecordedRow) {
  const VpcId = properties["vpcId"];
  return {
    InternetGatewayId: id,
    OwnerId: site.account,
    Attachments: VpcId === undefined ? [] : [{ VpcId, State: "available" }],
    Tags: upperTags(properties["tags"]),
  };
}

export function routeTable({ id, properties, site }: RecordedRow, rows: RecordedRows) {
  const within = (type: string) =>
    rows.list(`ec2/${type}`, site).filter((row) => row.properties["routeTableId"] === id);
  const cidr = rows.get("ec2/vpc", site, text(properties["vpcId"]))?.properties["cidrBlock"];
  const local = {
    DestinationCidrBlock: cidr,
    GatewayId: "local",
    Origin: "CreateRouteTable",
    State: "active",
  };
  return {
    RouteTableId: id,
    VpcId: properties["vpcId"],
    OwnerId: site.account,
    Routes: [
      local,
      ...within("route").map((route) => ({
        DestinationCidrBlock: route.properties["destinationCidrBlock"],
        GatewayId: route.properties["gatewayId"],
        NatGatewayId: route.properties["natGatewayId"],
        Origin: "CreateRoute",
        State: "active",
      })),
    ],
    Associations: within("routeTableAssociation").map((association) => ({
      RouteTableAssociationId: association.id,
      RouteTableId: id,
      SubnetId: association.properties["subnetId"],
      Main: false,
      AssociationState: { State: "associated" },
    })),
    Tags: upperTags(properties["tags"]),
  };
}

export function address({ id, properties }: RecordedRow) {
  return {
    AllocationId: id,
    Domain: "vpc",
    PublicIp: properties["publicIp"],
    Tags: upperTags(properties["tags"]),
  };
}

export function natGateway({ id, properties }: RecordedRow) {
  return {
    NatGatewayId: id,
    SubnetId: properties["subnetId"],
    State: "available",
    ConnectivityType: "public",
    NatGatewayAddresses: [{ AllocationId: properties["allocationId"], Status: "succeeded" }],
    Tags: upperTags(properties["tags"]),
  };
}

export function vpcEndpoint({ id, properties, site }: RecordedRow) {
  return {
    VpcEndpointId: id,
    VpcId: properties["vpcId"],
    ServiceName: properties["serviceName"],
    VpcEndpointType: properties["vpcEndpointType"] ?? "Gateway",
    State: "available",
    OwnerId: site.account,
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
