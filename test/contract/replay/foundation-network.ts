import {
  AllocateAddressCommand,
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateNatGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  type EC2Client,
  ModifySubnetAttributeCommand,
  ModifyVpcAttributeCommand,
  type ResourceType,
  type VpcEndpointType,
} from "@aws-sdk/client-ec2";
import type { Made } from "./engine.js";
import { type Taken, upperTags } from "./inputs.js";

type Create = (ec2: EC2Client, inputs: Taken) => Promise<Made>;

/** How the network's resources are made with the AWS SDK. */
export const networkCalls: Record<string, Create> = {
  "aws:ec2/vpc:Vpc": createVpc,
  "aws:ec2/subnet:Subnet": createSubnet,
  "aws:ec2/internetGateway:InternetGateway": createInternetGateway,
  "aws:ec2/routeTable:RouteTable": createRouteTable,
  "aws:ec2/routeTableAssociation:RouteTableAssociation": associate,
  "aws:ec2/route:Route": createRoute,
  "aws:ec2/eip:Eip": allocate,
  "aws:ec2/natGateway:NatGateway": createNat,
  "aws:ec2/vpcEndpoint:VpcEndpoint": createEndpoint,
};

function tagged(ResourceType: ResourceType, inputs: Taken) {
  return { TagSpecifications: [{ ResourceType, Tags: upperTags(inputs) }] };
}

async function createVpc(ec2: EC2Client, inputs: Taken): Promise<Made> {
  const CidrBlock = inputs.text("cidrBlock");
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock, ...tagged("vpc", inputs) }));
  const VpcId = Vpc?.VpcId ?? "";
  const support = { VpcId, EnableDnsSupport: { Value: inputs.flag("enableDnsSupport") } };
  await ec2.send(new ModifyVpcAttributeCommand(support));
  const hostNames = { VpcId, EnableDnsHostnames: { Value: inputs.flag("enableDnsHostnames") } };
  await ec2.send(new ModifyVpcAttributeCommand(hostNames));
  return { id: VpcId };
}

async function createSubnet(ec2: EC2Client, inputs: Taken): Promise<Made> {
  const { Subnet } = await ec2.send(
    new CreateSubnetCommand({
      VpcId: inputs.text("vpcId"),
      CidrBlock: inputs.text("cidrBlock"),
      AvailabilityZone: inputs.text("availabilityZone"),
      ...tagged("subnet", inputs),
    }),
  );
  const SubnetId = Subnet?.SubnetId ?? "";
  const MapPublicIpOnLaunch = { Value: inputs.flag("mapPublicIpOnLaunch") };
  await ec2.send(new ModifySubnetAttributeCommand({ SubnetId, MapPublicIpOnLaunch }));
  return { id: SubnetId };
}

async function createInternetGateway(ec2: EC2Client, inputs: Taken): Promise<Made> {
  const VpcId = inputs.text("vpcId");
  const { InternetGateway } = await ec2.send(
    new CreateInternetGatewayCommand(tagged("internet-gateway", inputs)),
  );
  const InternetGatewayId = InternetGateway?.InternetGatewayId ?? "";
  await ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId, VpcId }));
  return { id: InternetGatewayId };
}

async function createRouteTable(ec2: EC2Client, inputs: Taken): Promise<Made> {
  const VpcId = inputs.text("vpcId");
  const { RouteTable } = await ec2.send(
    new CreateRouteTableCommand({ VpcId, ...tagged("route-table", inputs) }),
  );
  return { id: RouteTable?.RouteTableId ?? "" };
}

async function associate(ec2: EC2Client, inputs: Taken): Promise<Made> {
  const [SubnetId, RouteTableId] = [inputs.text("subnetId"), inputs.text("routeTableId")];
  const { AssociationId } = await ec2.send(new AssociateRouteTableCommand({ SubnetId, RouteTableId }));
  return { id: AssociationId ?? "" };
}

async function createRoute(ec2: EC2Client, inputs: Taken): Promise<Made> {
  const RouteTableId = inputs.text("routeTableId");
  const { Return } = await ec2.send(
    new CreateRouteCommand({
      RouteTableId,
      DestinationCidrBlock: inputs.text("destinationCidrBlock"),
      GatewayId: inputs.text("gatewayId"),
      NatGatewayId: inputs.text("natGatewayId"),
    }),
  );
  return { id: Return ? `route of ${RouteTableId ?? ""}` : "" };
}

async function allocate(ec2: EC2Client, inputs: Taken): Promise<Made> {
  const Domain = inputs.text("domain") as "vpc";
  const { AllocationId } = await ec2.send(
    new AllocateAddressCommand({ Domain, ...tagged("elastic-ip", inputs) }),
  );
  return { id: AllocationId ?? "" };
}

async function createNat(ec2: EC2Client, inputs: Taken): Promise<Made> {
  const [SubnetId, AllocationId] = [inputs.text("subnetId"), inputs.text("allocationId")];
  const { NatGateway } = await ec2.send(
    new CreateNatGatewayCommand({ SubnetId, AllocationId, ...tagged("natgateway", inputs) }),
  );
  return { id: NatGateway?.NatGatewayId ?? "" };
}

async function createEndpoint(ec2: EC2Client, inputs: Taken): Promise<Made> {
  const { VpcEndpoint } = await ec2.send(
    new CreateVpcEndpointCommand({
      VpcId: inputs.text("vpcId"),
      ServiceName: inputs.text("serviceName"),
      VpcEndpointType: inputs.text("vpcEndpointType") as VpcEndpointType,
      RouteTableIds: inputs.texts("routeTableIds"),
      SubnetIds: inputs.texts("subnetIds"),
      SecurityGroupIds: inputs.texts("securityGroupIds"),
      PrivateDnsEnabled: inputs.flag("privateDnsEnabled"),
      ...tagged("vpc-endpoint", inputs),
    }),
  );
  return { id: VpcEndpoint?.VpcEndpointId ?? "" };
}
