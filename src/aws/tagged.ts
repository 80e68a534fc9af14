import type { AwsClients } from "./clients.js";
import { classify, unlessAbsent } from "./errors.js";

/** A resource that names the project and a stack in its tags. */
export interface TaggedResource {
  kind: "service" | "target group" | "security group" | "log group";
  stack: string;
  /** ARN; a security group's id. */
  id: string;
}

/** Where to look, and at what. */
export interface TagSearch {
  project: string;
  /** ARN or name; without it no service is looked for. */
  cluster: string | undefined;
  /** Log groups are `<prefix>/<stack>/<service>`. */
  logGroupPrefix: string;
  /** Which stacks are meant, by what a name ends in or holds: the tags of others are not read. */
  isWanted(stack: string): boolean;
}

type Find = (clients: AwsClients, search: TagSearch) => Promise<TaggedResource[]>;

const previewOf = /(?:^|[-/])(pr-[1-9][0-9]{0,6})(?:$|\/)/;

/**
 * Resources of previews, whether or not any stack is remembered for them: names say which may be meant, tags prove it.
 * IAM roles are not searched for: they go with the rest, by name.
 */
export async function taggedResources(clients: AwsClients, search: TagSearch): Promise<TaggedResource[]> {
  const finders: Find[] = [services, targetGroups, securityGroups, logGroups];
  try {
    return (await Promise.all(finders.map((find) => find(clients, search)))).flat();
  } catch (error) {
    throw classify(error, `look for what the previews of ${search.project} have left`);
  }
}

/** Names whose stack is wanted. */
function candidates(names: readonly string[], { isWanted }: TagSearch): string[] {
  return names.filter((name) => {
    const stack = previewOf.exec(name)?.[1];
    return stack !== undefined && isWanted(stack);
  });
}

/** The stack, where the tags name the project and a stack that is wanted. */
function stackIn(
  tags: readonly (readonly [string | undefined, string | undefined])[],
  { project, isWanted }: TagSearch,
): string[] {
  const found = new Map(tags);
  const stack = found.get("moorage:stack");
  return found.get("moorage:project") === project && stack !== undefined && isWanted(stack) ? [stack] : [];
}

async function services(clients: AwsClients, search: TagSearch): Promise<TaggedResource[]> {
  const { cluster } = search;
  if (cluster === undefined) return [];
  const { DescribeServicesCommand, paginateListServices } = await import("@aws-sdk/client-ecs");
  const client = await clients.ecs();
  const arns: string[] = [];
  const pages = paginateListServices({ client }, { cluster, maxResults: 100 });
  for await (const page of pages) arns.push(...candidates(page.serviceArns ?? [], search));
  const found: TaggedResource[] = [];
  for (const chunk of chunks(arns, 10)) {
    const answer = await unlessAbsent(
      client.send(new DescribeServicesCommand({ cluster, services: chunk, include: ["TAGS"] })),
      "ClusterNotFoundException",
    );
    for (const { serviceArn: id = "", tags = [] } of answer?.services ?? []) {
      const stacks = stackIn(
        tags.map(({ key, value }) => [key, value]),
        search,
      );
      found.push(...stacks.map((stack) => ({ kind: "service" as const, stack, id })));
    }
  }
  return found;
}

async function targetGroups(clients: AwsClients, search: TagSearch): Promise<TaggedResource[]> {
  const { paginateDescribeTargetGroups, DescribeTagsCommand } =
    await import("@aws-sdk/client-elastic-load-balancing-v2");
  const client = await clients.elbv2();
  const arns: string[] = [];
  for await (const { TargetGroups = [] } of paginateDescribeTargetGroups({ client }, {})) {
    const named = TargetGroups.filter(
      ({ TargetGroupName = "" }) => candidates([TargetGroupName], search).length > 0,
    );
    arns.push(...named.flatMap(({ TargetGroupArn }) => TargetGroupArn ?? []));
  }
  const found: TaggedResource[] = [];
  for (const ResourceArns of chunks(arns, 20)) {
    const { TagDescriptions = [] } = await client.send(new DescribeTagsCommand({ ResourceArns }));
    for (const { ResourceArn: id = "", Tags = [] } of TagDescriptions) {
      const stacks = stackIn(
        Tags.map(({ Key, Value }) => [Key, Value]),
        search,
      );
      found.push(...stacks.map((stack) => ({ kind: "target group" as const, stack, id })));
    }
  }
  return found;
}

async function securityGroups(clients: AwsClients, search: TagSearch): Promise<TaggedResource[]> {
  const { paginateDescribeSecurityGroups } = await import("@aws-sdk/client-ec2");
  const Filters = [
    { Name: "tag:moorage:project", Values: [search.project] },
    { Name: "tag:moorage:stack", Values: ["pr-*"] },
  ];
  const found: TaggedResource[] = [];
  for await (const page of paginateDescribeSecurityGroups({ client: await clients.ec2() }, { Filters })) {
    for (const { GroupId: id = "", Tags = [] } of page.SecurityGroups ?? []) {
      const stacks = stackIn(
        Tags.map(({ Key, Value }) => [Key, Value]),
        search,
      );
      found.push(...stacks.map((stack) => ({ kind: "security group" as const, stack, id })));
    }
  }
  return found;
}

async function logGroups(clients: AwsClients, search: TagSearch): Promise<TaggedResource[]> {
  const { paginateDescribeLogGroups, ListTagsForResourceCommand } =
    await import("@aws-sdk/client-cloudwatch-logs");
  const client = await clients.logs();
  const logGroupNamePrefix = `${search.logGroupPrefix}/pr-`;
  const arns: string[] = [];
  for await (const page of paginateDescribeLogGroups({ client }, { logGroupNamePrefix })) {
    const named = (page.logGroups ?? []).filter(
      ({ logGroupName = "" }) => candidates([logGroupName], search).length > 0,
    );
    arns.push(...named.flatMap(({ arn }) => arn?.replace(/:\*$/, "") ?? []));
  }
  const found: TaggedResource[] = [];
  for (const resourceArn of arns) {
    const { tags = {} } = await client.send(new ListTagsForResourceCommand({ resourceArn }));
    const stacks = stackIn(Object.entries(tags), search);
    found.push(...stacks.map((stack) => ({ kind: "log group" as const, stack, id: resourceArn })));
  }
  return found;
}

function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}
