import { paginateDescribeLogGroups } from "@aws-sdk/client-cloudwatch-logs";
import {
  DescribeAddressesCommand,
  paginateDescribeInternetGateways,
  paginateDescribeNatGateways,
  paginateDescribeRouteTables,
  paginateDescribeSecurityGroups,
  paginateDescribeSubnets,
  paginateDescribeVpcEndpoints,
  paginateDescribeVpcs,
  type Tag,
} from "@aws-sdk/client-ec2";
import { paginateDescribeRepositories } from "@aws-sdk/client-ecr";
import { DescribeServicesCommand, paginateListClusters, paginateListServices } from "@aws-sdk/client-ecs";
import {
  paginateDescribeListeners,
  paginateDescribeLoadBalancers,
  paginateDescribeRules,
  paginateDescribeTargetGroups,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import {
  ListOpenIDConnectProvidersCommand,
  paginateListPolicies,
  paginateListRoles,
} from "@aws-sdk/client-iam";
import { type AwsClients, awsClients } from "../../src/adapters/aws/clients.js";

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
    const parts = await Promise.all(lists.map((list) => list(clients).catch(unlessUnknown)));
    return parts.flat().sort();
  } finally {
    clients.close();
  }
}

/** An earlier local target does not know every list: what it cannot tell of is not compared. */
function unlessUnknown(error: unknown): string[] {
  const name = error instanceof Error ? error.name : "";
  if (["InvalidAction", "UnknownOperationException"].includes(name)) return [];
  throw error;
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

async function targetGroups(clients: AwsClients): Promise<string[]> {
  const client = await clients.elbv2();
  const names: string[] = [];
  for await (const { TargetGroups = [] } of paginateDescribeTargetGroups({ client }, {})) {
    names.push(...TargetGroups.map(({ TargetGroupName }) => `target group ${TargetGroupName}`));
  }
  return names;
}

async function balancers(clients: AwsClients): Promise<string[]> {
  const client = await clients.elbv2();
  const names: string[] = [];
  for await (const { LoadBalancers = [] } of paginateDescribeLoadBalancers({ client }, {})) {
    for (const { LoadBalancerName, LoadBalancerArn } of LoadBalancers) {
      names.push(`load balancer ${LoadBalancerName}`);
      for await (const { Listeners = [] } of paginateDescribeListeners({ client }, { LoadBalancerArn })) {
        for (const { Port, ListenerArn } of Listeners) {
          names.push(`listener ${Port} of ${LoadBalancerName}`);
          for await (const { Rules = [] } of paginateDescribeRules({ client }, { ListenerArn })) {
            const hosts = Rules.flatMap(({ Conditions = [] }) =>
              Conditions.flatMap(({ Values = [] }) => Values),
            );
            names.push(...hosts.map((value) => `rule for ${value} of ${LoadBalancerName}`));
          }
        }
      }
    }
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

async function policies(clients: AwsClients): Promise<string[]> {
  const names: string[] = [];
  const client = await clients.iam();
  for await (const { Policies = [] } of paginateListPolicies({ client }, { Scope: "Local" })) {
    names.push(...Policies.map(({ PolicyName }) => `policy ${PolicyName}`));
  }
  return names;
}

async function identityProviders(clients: AwsClients): Promise<string[]> {
  const client = await clients.iam();
  const { OpenIDConnectProviderList = [] } = await client.send(new ListOpenIDConnectProvidersCommand({}));
  return OpenIDConnectProviderList.map(({ Arn }) => `identity provider ${Arn}`);
}

async function logGroups(clients: AwsClients): Promise<string[]> {
  const names: string[] = [];
  for await (const { logGroups: found = [] } of paginateDescribeLogGroups(
    { client: await clients.logs() },
    {},
  )) {
    names.push(...found.map(({ logGroupName }) => `log group ${logGroupName}`));
  }
  return names;
}

async function repositories(clients: AwsClients): Promise<string[]> {
  const names: string[] = [];
  const client = await clients.ecr();
  for await (const { repositories: found = [] } of paginateDescribeRepositories({ client }, {})) {
    names.push(...found.map(({ repositoryName }) => `repository ${repositoryName}`));
  }
  return names;
}

async function addresses(clients: AwsClients): Promise<string[]> {
  const client = await clients.ec2();
  const { Addresses = [] } = await client.send(new DescribeAddressesCommand({}));
  return Addresses.flatMap(({ Tags }) => tagged("address", Tags));
}

interface Tagged {
  Tags?: Tag[] | undefined;
}

/** What a foundation makes of a network, by its tags: ids are others at every creation. */
function network(kind: string, pages: (clients: AwsClients) => Promise<AsyncIterable<Tagged[] | undefined>>) {
  return async (clients: AwsClients): Promise<string[]> => {
    const names: string[] = [];
    for await (const page of await pages(clients)) {
      names.push(...(page ?? []).flatMap(({ Tags }) => tagged(kind, Tags)));
    }
    return names;
  };
}

function tagged(kind: string, tags: readonly Tag[] = []): string[] {
  const value = (key: string) => tags.find(({ Key }) => Key === key)?.Value;
  const stack = value("moorage:stack");
  return stack === undefined ? [] : [`${kind} ${value("Name") ?? "unnamed"} of ${stack}`];
}

async function* each<Page, Item>(
  pages: AsyncIterable<Page>,
  items: (page: Page) => Item,
): AsyncIterable<Item> {
  for await (const page of pages) yield items(page);
}

const lists: readonly ((clients: AwsClients) => Promise<string[]>)[] = [
  services,
  targetGroups,
  balancers,
  roles,
  policies,
  identityProviders,
  logGroups,
  repositories,
  network("vpc", async ({ ec2 }) =>
    each(paginateDescribeVpcs({ client: await ec2() }, {}), ({ Vpcs }) => Vpcs),
  ),
  network("subnet", async ({ ec2 }) =>
    each(paginateDescribeSubnets({ client: await ec2() }, {}), ({ Subnets }) => Subnets),
  ),
  network("route table", async ({ ec2 }) =>
    each(paginateDescribeRouteTables({ client: await ec2() }, {}), ({ RouteTables }) => RouteTables),
  ),
  network("internet gateway", async ({ ec2 }) =>
    each(
      paginateDescribeInternetGateways({ client: await ec2() }, {}),
      ({ InternetGateways }) => InternetGateways,
    ),
  ),
  network("security group", async ({ ec2 }) =>
    each(paginateDescribeSecurityGroups({ client: await ec2() }, {}), ({ SecurityGroups }) => SecurityGroups),
  ),
  network("vpc endpoint", async ({ ec2 }) =>
    each(paginateDescribeVpcEndpoints({ client: await ec2() }, {}), ({ VpcEndpoints }) => VpcEndpoints),
  ),
  network("nat gateway", async ({ ec2 }) =>
    each(paginateDescribeNatGateways({ client: await ec2() }, {}), ({ NatGateways }) =>
      NatGateways?.filter(({ State }) => State !== "deleted"),
    ),
  ),
  addresses,
];
