import type { AwsClients } from "./clients.js";
import { listenerRules } from "./balancer.js";
import { classify, unlessAbsent } from "./errors.js";

/** What a stack's resources are called, so that they can be looked for without its state. */
export interface StackTraces {
  project: string;
  stack: string;
  /** ARN or name. */
  cluster: string | undefined;
  /** ARN. */
  listener: string | undefined;
  host: string | undefined;
  /** Of ECS services and of task definition families. */
  serviceNames: string[];
  roleNames: string[];
  logGroupNames: string[];
}

type Find = (clients: AwsClients, traces: StackTraces) => Promise<string[]>;

/**
 * Everything of a stack that the target still has, by name and service by service: tag searches also return what is
 * gone, and no IAM roles (F13). Empty means proven absent.
 */
export async function findLeftovers(clients: AwsClients, traces: StackTraces): Promise<string[]> {
  const finders: Find[] = [services, tasks, rules, targetGroups, logGroups, roles, securityGroups];
  try {
    return (await Promise.all(finders.map((find) => find(clients, traces)))).flat();
  } catch (error) {
    throw classify(error, `prove that nothing of ${traces.stack} is left`);
  }
}

/** Absent means INACTIVE or MISSING: a service that drains is still there. */
async function services(clients: AwsClients, { cluster, serviceNames }: StackTraces): Promise<string[]> {
  if (cluster === undefined) return [];
  const { DescribeServicesCommand } = await import("@aws-sdk/client-ecs");
  const ecs = await clients.ecs();
  const answer = await unlessAbsent(
    ecs.send(new DescribeServicesCommand({ cluster, services: serviceNames.slice(0, 10) })),
    "ClusterNotFoundException",
  );
  const present = (answer?.services ?? []).filter(({ status }) => status !== "INACTIVE");
  return present.map(({ serviceName, status }) => `ECS service ${serviceName ?? ""} (${status ?? ""})`);
}

async function tasks(clients: AwsClients, { cluster, serviceNames }: StackTraces): Promise<string[]> {
  if (cluster === undefined) return [];
  const { ListTasksCommand } = await import("@aws-sdk/client-ecs");
  const ecs = await clients.ecs();
  const answers = await Promise.all(
    serviceNames.map((family) =>
      unlessAbsent(ecs.send(new ListTasksCommand({ cluster, family })), "ClusterNotFoundException"),
    ),
  );
  return answers.flatMap((answer) => answer?.taskArns ?? []).map((arn) => `task ${arn}`);
}

async function rules(clients: AwsClients, { listener, host }: StackTraces): Promise<string[]> {
  if (listener === undefined || host === undefined) return [];
  const ours = (await listenerRules(clients, listener)).filter((rule) =>
    rule.Conditions?.some(
      ({ Field, HostHeaderConfig }) => Field === "host-header" && HostHeaderConfig?.Values?.includes(host),
    ),
  );
  return ours.map(({ RuleArn }) => `listener rule ${RuleArn ?? ""}`);
}

async function targetGroups(clients: AwsClients, { project, stack }: StackTraces): Promise<string[]> {
  const { paginateDescribeTargetGroups, DescribeTagsCommand } =
    await import("@aws-sdk/client-elastic-load-balancing-v2");
  const client = await clients.elbv2();
  const arns: string[] = [];
  for await (const page of paginateDescribeTargetGroups({ client }, {})) {
    const named = (page.TargetGroups ?? []).filter(({ TargetGroupName }) =>
      TargetGroupName?.endsWith(`-${stack}`),
    );
    arns.push(...named.flatMap(({ TargetGroupArn }) => TargetGroupArn ?? []));
  }
  if (arns.length === 0) return [];
  const { TagDescriptions } = await client.send(new DescribeTagsCommand({ ResourceArns: arns.slice(0, 20) }));
  const ours = (TagDescriptions ?? []).filter(({ Tags }) => {
    const tags = new Map(Tags?.map(({ Key, Value }) => [Key, Value]));
    return tags.get("moorage:stack") === stack && tags.get("moorage:project") === project;
  });
  return ours.map(({ ResourceArn }) => `target group ${ResourceArn ?? ""}`);
}

async function logGroups(clients: AwsClients, { logGroupNames }: StackTraces): Promise<string[]> {
  const { DescribeLogGroupsCommand } = await import("@aws-sdk/client-cloudwatch-logs");
  const logs = await clients.logs();
  const answers = await Promise.all(
    logGroupNames.map((logGroupNamePrefix) =>
      logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix })),
    ),
  );
  const found = answers
    .flatMap((answer) => answer.logGroups ?? [])
    .flatMap(({ logGroupName }) => logGroupName ?? []);
  return found.filter((name) => logGroupNames.includes(name)).map((name) => `log group ${name}`);
}

async function roles(clients: AwsClients, { roleNames }: StackTraces): Promise<string[]> {
  const { GetRoleCommand } = await import("@aws-sdk/client-iam");
  const iam = await clients.iam();
  const found = await Promise.all(
    roleNames.map((RoleName) =>
      unlessAbsent(iam.send(new GetRoleCommand({ RoleName })), "NoSuchEntity", "NoSuchEntityException"),
    ),
  );
  return found.flatMap((answer) => answer?.Role?.RoleName ?? []).map((name) => `IAM role ${name}`);
}

async function securityGroups(clients: AwsClients, { project, stack }: StackTraces): Promise<string[]> {
  const { DescribeSecurityGroupsCommand } = await import("@aws-sdk/client-ec2");
  const ec2 = await clients.ec2();
  const { SecurityGroups } = await ec2.send(
    new DescribeSecurityGroupsCommand({
      Filters: [
        { Name: "tag:moorage:stack", Values: [stack] },
        { Name: "tag:moorage:project", Values: [project] },
      ],
    }),
  );
  return (SecurityGroups ?? []).map(
    ({ GroupId, GroupName }) => `security group ${GroupId ?? ""} (${GroupName ?? ""})`,
  );
}
