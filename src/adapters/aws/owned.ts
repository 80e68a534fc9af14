import type { AwsClients } from "./clients.js";
import { classify, unlessAbsent } from "./errors.js";
import { balancingTags } from "./target-groups.js";
import { isOwn, type StackOwner, tagsOf, type Tags } from "./lookup/finding.js";
import { networkKinds, ownFilters } from "./lookup/network.js";
import { everyPage, inChunks } from "./pages.js";

type Find = (clients: AwsClients, owner: StackOwner) => Promise<string[]>;

/** Where a foundation's roles and policies are, so that the other roles of the account need not be read. */
const PathPrefix = "/moorage/";

/**
 * All that carries a foundation's tags, service by service: a search by tags over all services also returns what is gone, and
 * no IAM roles (F13). The state's bucket and key are not among it: they outlive the foundation. Empty means proven absent.
 */
export async function findOwned(clients: AwsClients, owner: StackOwner): Promise<string[]> {
  const finders: Find[] = [
    network,
    loadBalancers,
    targetGroups,
    clusters,
    repositories,
    roles,
    policies,
    identityProviders,
    certificates,
  ];
  try {
    return (await Promise.all(finders.map((find) => find(clients, owner)))).flat();
  } catch (error) {
    throw classify(error, `verify that nothing of ${owner.stack} is left`);
  }
}

async function network(clients: AwsClients, owner: StackOwner): Promise<string[]> {
  const ec2 = await clients.ec2();
  const found: string[] = [];
  for (const { what, list } of networkKinds) {
    for await (const { id } of list(ec2, ownFilters(owner))) found.push(`${what} ${id}`);
  }
  return found;
}

async function loadBalancers(clients: AwsClients, owner: StackOwner): Promise<string[]> {
  const { paginateDescribeLoadBalancers } = await import("@aws-sdk/client-elastic-load-balancing-v2");
  const client = await clients.elbv2();
  const names = new Map<string, string>();
  for await (const { LoadBalancers = [] } of paginateDescribeLoadBalancers({ client }, {})) {
    for (const { LoadBalancerArn: arn = "", LoadBalancerName: name = "" } of LoadBalancers) {
      names.set(arn, `load balancer ${name}`);
    }
  }
  return ownOf(names, await balancingTags(clients, [...names.keys()]), owner);
}

async function targetGroups(clients: AwsClients, owner: StackOwner): Promise<string[]> {
  const { paginateDescribeTargetGroups } = await import("@aws-sdk/client-elastic-load-balancing-v2");
  const client = await clients.elbv2();
  const names = new Map<string, string>();
  for await (const { TargetGroups = [] } of paginateDescribeTargetGroups({ client }, {})) {
    for (const { TargetGroupArn: arn = "", TargetGroupName: name = "" } of TargetGroups) {
      names.set(arn, `target group ${name}`);
    }
  }
  return ownOf(names, await balancingTags(clients, [...names.keys()]), owner);
}

function ownOf(
  names: ReadonlyMap<string, string>,
  tags: ReadonlyMap<string, Tags>,
  owner: StackOwner,
): string[] {
  return [...names].filter(([arn]) => isOwn(tags.get(arn) ?? new Map(), owner)).map(([, name]) => name);
}

async function clusters(clients: AwsClients, owner: StackOwner): Promise<string[]> {
  const { DescribeClustersCommand, ListClustersCommand } = await import("@aws-sdk/client-ecs");
  const client = await clients.ecs();
  const arns = await everyPage(
    (nextToken) => client.send(new ListClustersCommand({ nextToken })),
    (page) => ({ items: page.clusterArns, next: page.nextToken }),
  );
  const described = await inChunks("DescribeClusters", arns, async (some) => {
    return (await client.send(new DescribeClustersCommand({ clusters: some, include: ["TAGS"] }))).clusters;
  });
  return described
    .filter(({ status, tags }) => status !== "INACTIVE" && isOwn(tagsOf(tags), owner))
    .map(({ clusterName = "" }) => `ECS cluster ${clusterName}`);
}

async function repositories(clients: AwsClients, owner: StackOwner): Promise<string[]> {
  const { ListTagsForResourceCommand, paginateDescribeRepositories } = await import("@aws-sdk/client-ecr");
  const client = await clients.ecr();
  const found: string[] = [];
  for await (const page of paginateDescribeRepositories({ client }, {})) {
    for (const { repositoryArn: resourceArn, repositoryName = "" } of page.repositories ?? []) {
      const answer = await unlessAbsent(
        client.send(new ListTagsForResourceCommand({ resourceArn })),
        "RepositoryNotFoundException",
      );
      if (answer && isOwn(tagsOf(answer.tags), owner)) found.push(`ECR repository ${repositoryName}`);
    }
  }
  return found;
}

const gone = ["NoSuchEntity", "NoSuchEntityException"];

async function roles(clients: AwsClients, owner: StackOwner): Promise<string[]> {
  const { GetRoleCommand, paginateListRoles } = await import("@aws-sdk/client-iam");
  const client = await clients.iam();
  const found: string[] = [];
  for await (const { Roles = [] } of paginateListRoles({ client }, { PathPrefix })) {
    for (const { RoleName = "" } of Roles) {
      const answer = await unlessAbsent(client.send(new GetRoleCommand({ RoleName })), ...gone);
      if (isOwn(tagsOf(answer?.Role?.Tags), owner)) found.push(`IAM role ${RoleName}`);
    }
  }
  return found;
}

async function policies(clients: AwsClients, owner: StackOwner): Promise<string[]> {
  const { GetPolicyCommand, paginateListPolicies } = await import("@aws-sdk/client-iam");
  const client = await clients.iam();
  const found: string[] = [];
  for await (const { Policies = [] } of paginateListPolicies({ client }, { Scope: "Local", PathPrefix })) {
    for (const { Arn: PolicyArn, PolicyName = "" } of Policies) {
      const answer = await unlessAbsent(client.send(new GetPolicyCommand({ PolicyArn })), ...gone);
      if (isOwn(tagsOf(answer?.Policy?.Tags), owner)) found.push(`IAM policy ${PolicyName}`);
    }
  }
  return found;
}

async function identityProviders(clients: AwsClients, owner: StackOwner): Promise<string[]> {
  const { GetOpenIDConnectProviderCommand, ListOpenIDConnectProvidersCommand } =
    await import("@aws-sdk/client-iam");
  const iam = await clients.iam();
  const { OpenIDConnectProviderList = [] } = await iam.send(new ListOpenIDConnectProvidersCommand({}));
  const found: string[] = [];
  for (const { Arn: OpenIDConnectProviderArn = "" } of OpenIDConnectProviderList) {
    const answer = await unlessAbsent(
      iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn })),
      ...gone,
    );
    if (isOwn(tagsOf(answer?.Tags), owner)) found.push(`OIDC provider ${OpenIDConnectProviderArn}`);
  }
  return found;
}

async function certificates(clients: AwsClients, owner: StackOwner): Promise<string[]> {
  const { KeyAlgorithm, ListTagsForCertificateCommand, paginateListCertificates } =
    await import("@aws-sdk/client-acm");
  const client = await clients.acm();
  const Includes = { keyTypes: Object.values(KeyAlgorithm) };
  const found: string[] = [];
  for await (const page of paginateListCertificates({ client }, { Includes })) {
    for (const { CertificateArn = "", DomainName = "" } of page.CertificateSummaryList ?? []) {
      const answer = await unlessAbsent(
        client.send(new ListTagsForCertificateCommand({ CertificateArn })),
        "ResourceNotFoundException",
      );
      if (isOwn(tagsOf(answer?.Tags), owner)) found.push(`certificate of ${DomainName} (${CertificateArn})`);
    }
  }
  return found;
}
