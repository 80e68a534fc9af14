import { DeleteAlarmsCommand, PutMetricAlarmCommand } from "@aws-sdk/client-cloudwatch";
import {
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DeleteSecurityGroupCommand,
  type EC2Client,
} from "@aws-sdk/client-ec2";
import { CreateClusterCommand } from "@aws-sdk/client-ecs";
import { CreateListenerCommand, CreateLoadBalancerCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { CreateRoleCommand, DeleteRoleCommand } from "@aws-sdk/client-iam";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AwsClients } from "../../../../src/adapters/aws/clients.js";
import type { Foundation } from "../../src/foundation.js";
import { startMinistack } from "../../../../test/fakes/ministack.js";
import type { PythonTool } from "../../../../test/harness/python-tool.js";
import { openClients } from "./clients.js";
import { makeImage, makeRepository, push } from "./image.js";
import { trust } from "./local-stage.js";
import { account, region, type Stage, tagList } from "./stage.js";

/** A ministack of its own, with a foundation made by the SDK. */
export async function openMinistack(tool: PythonTool): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), "moorage-ministack-"));
  const ministack = await startMinistack(tool, folder);
  const { clients, sent } = await openClients(ministack.endpoint);
  const ecr = await clients.ecr();
  await makeRepository(ecr, "hello");
  const image = await makeImage();
  await push(ecr, "hello", image, "v1");
  const foundation = await makeFoundation(clients);
  const [ec2, iam] = [await clients.ec2(), await clients.iam()];
  return {
    endpoint: ministack.endpoint,
    clients,
    sent,
    foundation,
    image: `${account}.dkr.ecr.${region}.amazonaws.com/hello@${image.digest}`,
    async createRole(RoleName) {
      await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust, Tags: tagList }));
      return async () => void (await iam.send(new DeleteRoleCommand({ RoleName })));
    },
    async createAlarm(name) {
      const cloudwatch = await clients.cloudwatch();
      await cloudwatch.send(new PutMetricAlarmCommand({ AlarmName: name, ...alarm }));
      return async () => void (await cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: [name] })));
    },
    async createSecurityGroup(name) {
      const GroupId = await securityGroup(ec2, name, foundation.vpc);
      return async () => void (await ec2.send(new DeleteSecurityGroupCommand({ GroupId })));
    },
    async close() {
      clients.close();
      await ministack.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Of what sends no data. */
const alarm = {
  Namespace: "AWS/ApplicationELB",
  MetricName: "UnHealthyHostCount",
  Statistic: "Maximum",
  Period: 60,
  EvaluationPeriods: 3,
  Threshold: 0,
  ComparisonOperator: "GreaterThanThreshold",
  TreatMissingData: "notBreaching",
} as const;

/** What the local target brings along, and an AWS account gets from a foundation stack. */
export async function makeFoundation(clients: AwsClients): Promise<Foundation> {
  const [ec2, ecs, elbv2] = [await clients.ec2(), await clients.ecs(), await clients.elbv2()];
  const vpc = (await ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }))).Vpc?.VpcId ?? "";
  const subnet = async (CidrBlock: string, zone: string) => {
    const AvailabilityZone = `${region}${zone}`;
    const made = await ec2.send(new CreateSubnetCommand({ VpcId: vpc, CidrBlock, AvailabilityZone }));
    return made.Subnet?.SubnetId ?? "";
  };
  const subnets = [await subnet("10.0.0.0/20", "a"), await subnet("10.0.16.0/20", "b")];
  const group = await securityGroup(ec2, "load-balancer", vpc, []);
  const { cluster } = await ecs.send(
    new CreateClusterCommand({ clusterName: "dev", capacityProviders: ["FARGATE", "FARGATE_SPOT"] }),
  );
  const { LoadBalancers } = await elbv2.send(
    new CreateLoadBalancerCommand({ Name: "shared", Subnets: subnets, SecurityGroups: [group] }),
  );
  const { Listeners } = await elbv2.send(
    new CreateListenerCommand({
      LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn,
      Protocol: "HTTP",
      Port: 80,
      DefaultActions: [{ Type: "fixed-response", FixedResponseConfig: { StatusCode: "404" } }],
    }),
  );
  return {
    cluster: cluster?.clusterArn ?? "",
    listener: Listeners?.[0]?.ListenerArn ?? "",
    networkLoadBalancers: {},
    vpc,
    subnets,
    securityGroups: [group],
    domain: "localhost",
    previewRoles: {
      execution: "arn:aws:iam::111111111111:role/previews-execution",
      task: "arn:aws:iam::111111111111:role/previews-task",
      scheduler: "arn:aws:iam::111111111111:role/previews-scheduler",
      secrets: [],
      policies: [],
      types: [],
      statements: [],
    },
  };
}

async function securityGroup(
  ec2: EC2Client,
  GroupName: string,
  VpcId: string,
  Tags = tagList,
): Promise<string> {
  const { GroupId } = await ec2.send(
    new CreateSecurityGroupCommand({
      GroupName,
      VpcId,
      Description: GroupName,
      TagSpecifications: Tags.length === 0 ? [] : [{ ResourceType: "security-group", Tags }],
    }),
  );
  return GroupId ?? "";
}
