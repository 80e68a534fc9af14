import { DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  DescribeAddressesCommand,
  paginateDescribeNatGateways,
  paginateDescribeSubnets,
  paginateDescribeVpcs,
  type Tag,
} from "@aws-sdk/client-ec2";
import { paginateDescribeRepositories } from "@aws-sdk/client-ecr";
import { DescribeServicesCommand, paginateListClusters, paginateListServices } from "@aws-sdk/client-ecs";
import {
  paginateDescribeLoadBalancers,
  paginateDescribeTargetGroups,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { paginateListRoles } from "@aws-sdk/client-iam";
import { type AwsClients, awsClients } from "../../src/aws/clients.js";

/** Names of what stands on the target, each with its kind before it, sorted; a name twice is a second copy. */
export type Inventory = string[];

/** Asks the target itself, never a state. `env` holds the endpoint and credentials that `local env` prints. */
export async function inventory(env: NodeJS.ProcessEnv): Promise<Inventory> {
  const clients = awsClients({
    region: env["AWS_REGION"] ?? "us-east-1",
    endpoint: env["AWS_ENDPOINT_URL"] ?? "",
    credentials: {
      accessKeyId: env["AWS_ACCESS_KEY_ID"] ?? "",
      secretAccessKey: env["AWS_SECRET_ACCESS_KEY"] ?? "",
    },
  });
  try {
    const parts = await Promise.all([
      services(clients),
      balancing(clients),
      roles(clients),
      logGroups(clients),
      repositories(clients),
      network(clients),
    ]);
    return parts.flat().sort();
  } finally {
    clients.close();
  }
}

async function services(clients: AwsClients): Promise<string[]> {
  const client = await clients.ecs();
  const names: string[] = [];
  for await (const { clusterArns = [] } of paginateListClusters({ client }, {})) {
    names.push(...clusterArns.map((arn) => `cluster ${arn.split("/").at(-1)}`));
    for (const cluster of clusterArns) {
      for await (const { serviceArns = [] } of paginateListServices({ client, pageSize: 10 }, { cluster })) {
        if (serviceArns.length === 0) continue;
        const described = await client.send(new DescribeServicesCommand({ cluster, services: serviceArns }));
        for (const { serviceName, status } of described.services ?? []) {
          if (status !== "INACTIVE") names.push(`service ${serviceName}`);
        }
      }
    }
  }
  return names;
}

async function balancing(clients: AwsClients): Promise<string[]> {
  const client = await clients.elbv2();
  const names: string[] = [];
  for await (const { TargetGroups = [] } of paginateDescribeTargetGroups({ client }, {})) {
    names.push(...TargetGroups.map(({ TargetGroupName }) => `target group ${TargetGroupName}`));
  }
  for await (const { LoadBalancers = [] } of paginateDescribeLoadBalancers({ client }, {})) {
    names.push(...LoadBalancers.map(({ LoadBalancerName }) => `load balancer ${LoadBalancerName}`));
  }
  return names;
}

async function roles(clients: AwsClients): Promise<string[]> {
  const names: string[] = [];
  for await (const { Roles = [] } of paginateListRoles({ client: await clients.iam() }, {})) {
    names.push(...Roles.map(({ RoleName }) => `role ${RoleName}`));
  }
  return names;
}

async function logGroups(clients: AwsClients): Promise<string[]> {
  const { logGroups: found = [] } = await (await clients.logs()).send(new DescribeLogGroupsCommand({}));
  return found.map(({ logGroupName }) => `log group ${logGroupName}`);
}

async function repositories(clients: AwsClients): Promise<string[]> {
  const names: string[] = [];
  for await (const { repositories: found = [] } of paginateDescribeRepositories(
    { client: await clients.ecr() },
    {},
  )) {
    names.push(...found.map(({ repositoryName }) => `repository ${repositoryName}`));
  }
  return names;
}

/** What a foundation makes of a network, by its tags: ids are others at every creation. */
async function network(clients: AwsClients): Promise<string[]> {
  const client = await clients.ec2();
  const names: (string | undefined)[] = [];
  for await (const { Vpcs = [] } of paginateDescribeVpcs({ client }, {})) {
    names.push(...Vpcs.map(({ Tags }) => tagged("vpc", Tags)));
  }
  for await (const { Subnets = [] } of paginateDescribeSubnets({ client }, {})) {
    names.push(...Subnets.map(({ Tags }) => tagged("subnet", Tags)));
  }
  for await (const { NatGateways = [] } of paginateDescribeNatGateways({ client }, {})) {
    const standing = NatGateways.filter(({ State }) => State !== "deleted");
    names.push(...standing.map(({ Tags }) => tagged("nat gateway", Tags)));
  }
  const { Addresses = [] } = await client.send(new DescribeAddressesCommand({}));
  names.push(...Addresses.map(({ Tags }) => tagged("address", Tags)));
  return names.filter((name) => name !== undefined);
}

function tagged(kind: string, tags: readonly Tag[] = []): string | undefined {
  const value = (key: string) => tags.find(({ Key }) => Key === key)?.Value;
  const stack = value("moorage:stack");
  return stack === undefined ? undefined : `${kind} ${value("Name") ?? "unnamed"} of ${stack}`;
}
