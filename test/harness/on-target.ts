import { CloudWatchLogsClient, paginateDescribeLogGroups } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeSecurityGroupsCommand, EC2Client } from "@aws-sdk/client-ec2";
import {
  DescribeServicesCommand,
  ECSClient,
  paginateListClusters,
  paginateListServices,
  paginateListTasks,
} from "@aws-sdk/client-ecs";
import {
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { EventBridgeClient, ListRulesCommand } from "@aws-sdk/client-eventbridge";
import { ListScheduleGroupsCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import { ListNamespacesCommand, ServiceDiscoveryClient } from "@aws-sdk/client-servicediscovery";
import { ListStateMachinesCommand, SFNClient } from "@aws-sdk/client-sfn";
import { localConnection } from "./local-connection.js";
import type { Sandbox } from "./sandbox.js";

/** What of a stack the target has, by its names, service by service: `service storefront-web-pr-7`. Sorted. */
export async function onTarget(sandbox: Pick<Sandbox, "json">, stack: string): Promise<string[]> {
  const connection = await localConnection(sandbox);
  const { Rules = [] } = await new EventBridgeClient(connection).send(new ListRulesCommand({}));
  const { stateMachines = [] } = await new SFNClient(connection).send(new ListStateMachinesCommand({}));
  const { ScheduleGroups = [] } = await new SchedulerClient(connection).send(
    new ListScheduleGroupsCommand({}),
  );
  const { Namespaces = [] } = await new ServiceDiscoveryClient(connection).send(
    new ListNamespacesCommand({}),
  );
  const { TargetGroups = [] } = await new ElasticLoadBalancingV2Client(connection).send(
    new DescribeTargetGroupsCommand({}),
  );
  const { SecurityGroups = [] } = await new EC2Client(connection).send(new DescribeSecurityGroupsCommand({}));
  const groups: string[] = [];
  const client = new CloudWatchLogsClient(connection);
  for await (const { logGroups = [] } of paginateDescribeLogGroups({ client }, {}))
    groups.push(...logGroups.map(({ logGroupName = "" }) => `${logGroupName}/`));
  const called = (kind: string, names: (string | undefined)[]) =>
    names.map((name) => `${kind} ${name ?? ""}`);
  return [
    ...(await servicesAndTasks(new ECSClient(connection))),
    ...called(
      "rule",
      Rules.map(({ Name }) => Name),
    ),
    ...called(
      "state machine",
      stateMachines.map(({ name }) => name),
    ),
    ...called(
      "schedule group",
      ScheduleGroups.map(({ Name }) => Name),
    ),
    ...called(
      "namespace",
      Namespaces.map(({ Name }) => Name),
    ),
    ...called(
      "target group",
      TargetGroups.map(({ TargetGroupName }) => TargetGroupName),
    ),
    ...called(
      "security group",
      SecurityGroups.map(({ GroupName }) => GroupName),
    ),
    ...called("logs", groups),
  ]
    .filter((one) => new RegExp(`[-/]${stack}(?![0-9a-z])`).test(one))
    .sort();
}

async function servicesAndTasks(client: ECSClient): Promise<string[]> {
  const found: string[] = [];
  for await (const { clusterArns = [] } of paginateListClusters({ client }, {})) {
    for (const cluster of clusterArns) {
      for await (const { serviceArns = [] } of paginateListServices({ client, pageSize: 10 }, { cluster })) {
        if (serviceArns.length === 0) continue;
        const { services = [] } = await client.send(
          new DescribeServicesCommand({ cluster, services: serviceArns }),
        );
        found.push(
          ...services
            .filter(({ status }) => status !== "INACTIVE")
            .map(({ serviceName = "" }) => `service ${serviceName}`),
        );
        for (const { serviceName = "" } of services)
          for await (const { taskArns = [] } of paginateListTasks({ client }, { cluster, serviceName }))
            found.push(...taskArns.map(() => `task ${serviceName}`));
      }
    }
  }
  return found;
}
