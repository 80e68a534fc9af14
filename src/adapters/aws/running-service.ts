import type { Service, TaskDefinition } from "@aws-sdk/client-ecs";
import type { Listener, Rule, TargetGroup } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { AwsClients } from "./clients.js";
import { describeServices } from "./described-services.js";
import { classify, unlessAbsent } from "./errors.js";
import { everyPage } from "./pages.js";

/** A service as AWS has it, whoever made it. */
export interface RunningService {
  service: Service;
  taskDefinition: TaskDefinition;
  /** What its load balancer knows of it. */
  balancing?: {
    group: TargetGroup;
    /** By key: `deregistration_delay.timeout_seconds`. */
    attributes: Readonly<Record<string, string>>;
    /** Those with a rule that leads to it; `taken`: the priorities of all their rules. */
    listeners: { listener: Listener; rules: Rule[]; taken: number[] }[];
  };
}

/** Undefined where there is no such service or cluster. Reads alone. */
export async function runningService(
  clients: AwsClients,
  cluster: string,
  name: string,
): Promise<RunningService | undefined> {
  try {
    const ecs = await clients.ecs();
    const found = await unlessAbsent(describeServices(ecs, cluster, [name]), "ClusterNotFoundException");
    const service = found?.services.find(({ status }) => status !== "INACTIVE");
    if (service === undefined) return undefined;
    const { DescribeTaskDefinitionCommand } = await import("@aws-sdk/client-ecs");
    const command = new DescribeTaskDefinitionCommand({ taskDefinition: service.taskDefinition });
    const { taskDefinition = {} } = await ecs.send(command);
    const group = service.loadBalancers?.find(
      ({ targetGroupArn }) => targetGroupArn !== undefined,
    )?.targetGroupArn;
    const balancing = group === undefined ? undefined : await balancingOf(clients, group);
    return { service, taskDefinition, ...(balancing && { balancing }) };
  } catch (error) {
    throw classify(error, `read the service ${name}`);
  }
}

async function balancingOf(clients: AwsClients, arn: string): Promise<RunningService["balancing"]> {
  const { DescribeTargetGroupsCommand, DescribeTargetGroupAttributesCommand, DescribeListenersCommand } =
    await import("@aws-sdk/client-elastic-load-balancing-v2");
  const elb = await clients.elbv2();
  const { TargetGroups = [] } = await elb.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [arn] }));
  const [group] = TargetGroups;
  if (group === undefined) return undefined;
  const { Attributes = [] } = await elb.send(
    new DescribeTargetGroupAttributesCommand({ TargetGroupArn: arn }),
  );
  const listeners: NonNullable<RunningService["balancing"]>["listeners"] = [];
  for (const balancer of group.LoadBalancerArns ?? []) {
    const found = await everyPage(
      (Marker) => elb.send(new DescribeListenersCommand({ LoadBalancerArn: balancer, Marker })),
      ({ Listeners, NextMarker }) => ({ items: Listeners, next: NextMarker }),
    );
    for (const listener of found) listeners.push({ listener, ...(await rulesOf(clients, listener, arn)) });
  }
  return {
    group,
    attributes: Object.fromEntries(Attributes.map(({ Key = "", Value = "" }) => [Key, Value])),
    listeners: listeners.filter(({ rules }) => rules.length > 0),
  };
}

async function rulesOf(clients: AwsClients, { ListenerArn }: Listener, group: string) {
  const { DescribeRulesCommand } = await import("@aws-sdk/client-elastic-load-balancing-v2");
  const elb = await clients.elbv2();
  const all = await everyPage(
    (Marker) => elb.send(new DescribeRulesCommand({ ListenerArn, Marker })),
    ({ Rules, NextMarker }) => ({ items: Rules, next: NextMarker }),
  );
  const leadsThere = ({ Actions = [] }: Rule) =>
    Actions.some(
      ({ TargetGroupArn, ForwardConfig }) =>
        TargetGroupArn === group || ForwardConfig?.TargetGroups?.some((one) => one.TargetGroupArn === group),
    );
  const taken = all.flatMap(({ Priority }) => (/^\d+$/.test(Priority ?? "") ? [Number(Priority)] : []));
  return { rules: all.filter(leadsThere), taken };
}
