import { getVpcEndpointService } from "@pulumi/aws/ec2/getVpcEndpointService.js";
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import { VpcEndpoint } from "@pulumi/aws/ec2/vpcEndpoint.js";
import type * as pulumi from "@pulumi/pulumi";
import type { endpointNames } from "../../../src/core/project/foundation-parts.js";
import type { Basis } from "./basis.js";
import { endpointGroupName } from "./names.js";

export interface EndpointPlace {
  vpc: pulumi.Input<string>;
  cidr: string;
  /** Of the tasks that have no other way out. */
  subnets: pulumi.Input<string[]>;
  routeTables: pulumi.Input<string[]>;
}

/** Source: ECR, "Interface VPC endpoints": the registry wants two, and its layers come from S3. */
const interfaces: Record<Exclude<(typeof endpointNames)[number], "s3">, string[]> = {
  ecr: ["ecr.api", "ecr.dkr"],
  logs: ["logs"],
  secretsmanager: ["secretsmanager"],
  ssm: ["ssm"],
  ssmmessages: ["ssmmessages"],
};

/** Ways to AWS's services that need no NAT: through S3's gateway for nothing, through the others by the hour. */
export async function declareEndpoints(basis: Basis, place: EndpointPlace): Promise<void> {
  const { endpoints } = basis.config.network;
  if (endpoints.includes("s3")) await declareGateway(basis, place);
  const services = endpoints.flatMap((name) => (name === "s3" ? [] : interfaces[name]));
  if (services.length === 0) return;
  const group = declareGroup(basis, place);
  await Promise.all(services.map((service) => declareInterface(basis, place, service, group)));
}

async function declareGateway({ tags }: Basis, { vpc, routeTables }: EndpointPlace): Promise<void> {
  const { serviceName } = await getVpcEndpointService({ service: "s3", serviceType: "Gateway" });
  new VpcEndpoint("s3", {
    vpcId: vpc,
    serviceName,
    vpcEndpointType: "Gateway",
    routeTableIds: routeTables,
    tags,
  });
}

async function declareInterface(
  { tags }: Basis,
  { vpc, subnets }: EndpointPlace,
  service: string,
  group: SecurityGroup,
): Promise<void> {
  const { serviceName } = await getVpcEndpointService({ service, serviceType: "Interface" });
  new VpcEndpoint(service.replace(".", "-"), {
    vpcId: vpc,
    serviceName,
    vpcEndpointType: "Interface",
    subnetIds: subnets,
    securityGroupIds: [group.id],
    privateDnsEnabled: true,
    tags,
  });
}

function declareGroup({ owner, tags }: Basis, { vpc, cidr }: EndpointPlace): SecurityGroup {
  return new SecurityGroup(
    "endpoints",
    {
      name: endpointGroupName(owner),
      description: "Endpoints of AWS services",
      vpcId: vpc,
      ingress: [
        { description: "From the network", protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: [cidr] },
      ],
      tags,
    },
    // Another description would replace it, beside a namesake.
    {
      deleteBeforeReplace: false,
      customTimeouts: { delete: "30m" },
      ignoreChanges: ["description"],
    },
  );
}
