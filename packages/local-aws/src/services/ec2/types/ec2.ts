import { arn } from "../../../cloud.js";
import { ec2Arn, hashId, randomId, type RecordedType, type Reference } from "../../../resources/recorded.js";
import {
  refuseInUse,
  refuseMappedAddresses,
  refuseOverlap,
  refuseSharedAddress,
  refuseTwinEndpoint,
} from "./refusals.js";
import { inUse, inVpc } from "./references.js";
import { securityGroupTypes } from "./security-groups.js";
import { text } from "../../../resources/convert.js";

const inSubnet: Reference = {
  type: "ec2/subnet",
  property: "subnetId",
  code: "InvalidSubnetID.NotFound",
  message: (id) => `The subnet ID '${id}' does not exist`,
};

const ofTable: Reference = {
  type: "ec2/routeTable",
  property: "routeTableId",
  code: "InvalidRouteTableID.NotFound",
  message: (id) => `The routeTable ID '${id}' does not exist`,
};

const vpc: RecordedType = {
  token: "aws:ec2/vpc:Vpc",
  replaces: ["cidrBlock", "ipv4IpamPoolId", "ipv4NetmaskLength"],
  id: () => randomId("vpc"),
  outputs: (_inputs, id, site) => ({
    arn: arn("ec2", site, `vpc/${id}`),
    ownerId: site.account,
    instanceTenancy: "default",
    enableDnsSupport: true,
    enableDnsHostnames: false,
  }),
  dependents: [
    inUse("ec2/subnet", "vpcId", "vpc"),
    inUse("ec2/securityGroup", "vpcId", "vpc"),
    inUse("ec2/vpcEndpoint", "vpcId", "vpc"),
    inUse("ec2/routeTable", "vpcId", "vpc"),
    inUse("ec2/internetGateway", "vpcId", "vpc"),
  ],
  retries: ["DependencyViolation"],
};

const subnet: RecordedType = {
  token: "aws:ec2/subnet:Subnet",
  replaces: ["vpcId", "cidrBlock", "availabilityZone", "availabilityZoneId"],
  id: () => randomId("subnet"),
  outputs: (_inputs, id, site) => ({
    arn: arn("ec2", site, `subnet/${id}`),
    ownerId: site.account,
    availabilityZone: `${site.region}a`,
    mapPublicIpOnLaunch: false,
  }),
  unique: {
    by: ["vpcId", "cidrBlock"],
    code: "InvalidSubnet.Conflict",
    message: ({ cidrBlock }) => `The CIDR '${String(cidrBlock)}' conflicts with another subnet`,
  },
  parents: [inVpc],
  refuses: refuseOverlap,
  dependents: [inUse("ec2/natGateway", "subnetId", "subnet")],
  holds: (row, scope) => refuseInUse(row, "subnet-id", "subnetIds", scope),
  retries: ["DependencyViolation"],
};

const internetGateway: RecordedType = {
  token: "aws:ec2/internetGateway:InternetGateway",
  replaces: [],
  id: () => randomId("igw"),
  outputs: (_inputs, id, site) => ({
    arn: arn("ec2", site, `internet-gateway/${id}`),
    ownerId: site.account,
  }),
  parents: [inVpc],
  holds: refuseMappedAddresses,
  retries: ["DependencyViolation"],
};

const routeTable: RecordedType = {
  token: "aws:ec2/routeTable:RouteTable",
  replaces: ["vpcId"],
  id: () => randomId("rtb"),
  outputs: (_inputs, id, site) => ({ arn: arn("ec2", site, `route-table/${id}`), ownerId: site.account }),
  parents: [inVpc],
};

const route: RecordedType = {
  token: "aws:ec2/route:Route",
  replaces: ["routeTableId", "destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId"],
  parents: [ofTable],
  unique: {
    by: ["routeTableId", "destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId"],
    code: "RouteAlreadyExists",
    message: ({ destinationCidrBlock }) =>
      `The route identified by ${text(destinationCidrBlock)} already exists.`,
  },
  id: (inputs) => hashId("r", { table: inputs["routeTableId"], to: inputs["destinationCidrBlock"] }),
  outputs: () => ({ origin: "CreateRoute", state: "active" }),
  importName: ({ routeTableId, destinationCidrBlock }) =>
    `${text(routeTableId)}_${text(destinationCidrBlock)}`,
};

const routeTableAssociation: RecordedType = {
  token: "aws:ec2/routeTableAssociation:RouteTableAssociation",
  replaces: ["subnetId", "gatewayId"],
  parents: [ofTable, inSubnet],
  unique: {
    by: ["subnetId", "gatewayId"],
    code: "Resource.AlreadyAssociated",
    message: ({ routeTableId }) =>
      `the specified association for route table ${text(routeTableId)} conflicts with an existing association`,
  },
  id: () => randomId("rtbassoc"),
  importName: ({ subnetId, gatewayId, routeTableId }) =>
    `${text(subnetId ?? gatewayId)}/${text(routeTableId)}`,
};

const eip: RecordedType = {
  token: "aws:ec2/eip:Eip",
  replaces: ["domain", "publicIpv4Pool", "address"],
  id: () => randomId("eipalloc"),
  outputs: (_inputs, id, site) => ({
    arn: arn("ec2", site, `elastic-ip/${id}`),
    allocationId: id,
    publicIp: "203.0.113.1",
  }),
  dependents: [
    {
      type: "ec2/natGateway",
      property: "allocationId",
      code: "InvalidIPAddress.InUse",
      message: (id) => `The address with allocation id '${id}' is in use.`,
    },
  ],
};

const natGateway: RecordedType = {
  token: "aws:ec2/natGateway:NatGateway",
  replaces: ["allocationId", "connectivityType", "privateIp", "subnetId"],
  parents: [
    inSubnet,
    {
      type: "ec2/eip",
      property: "allocationId",
      code: "InvalidAllocationID.NotFound",
      message: (id) => `The allocation ID '${id}' does not exist`,
    },
  ],
  refuses: refuseSharedAddress,
  id: () => randomId("nat"),
  outputs: ec2Arn("natgateway"),
};

const vpcEndpoint: RecordedType = {
  token: "aws:ec2/vpcEndpoint:VpcEndpoint",
  replaces: ["vpcId", "serviceName", "serviceRegion", "vpcEndpointType"],
  id: () => randomId("vpce"),
  outputs: (_inputs, id, site) => ({
    arn: arn("ec2", site, `vpc-endpoint/${id}`),
    ownerId: site.account,
    state: "available",
    requesterManaged: false,
  }),
  parents: [inVpc],
  refuses: refuseTwinEndpoint,
};

export const ec2Types = [
  vpc,
  subnet,
  ...securityGroupTypes,
  internetGateway,
  routeTable,
  route,
  routeTableAssociation,
  eip,
  natGateway,
  vpcEndpoint,
];
