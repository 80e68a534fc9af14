import type { Lookup, StateResource } from "../engine/engine.js";
import type { AwsClients } from "./clients.js";
import { listenerRules } from "./balancer.js";
import { unlessAbsent } from "./errors.js";

type Inputs = Record<string, unknown>;
type Find = (clients: AwsClients, inputs: Inputs) => Promise<string | undefined>;

/**
 * Finds on the target a resource that a killed run may have created: by its name, or by what makes it unique. Answers
 * with the id that `pulumi import` takes (each type's page in the Pulumi registry gives its form), undefined when it is
 * not there or when nothing is lost by making another (a task definition's revision).
 */
export function lookupOn(clients: AwsClients): Lookup {
  return async (resource: StateResource) => finders[resource.type]?.(clients, resource.inputs);
}

/** Types whose id follows from their inputs: the engine's own read then tells whether they exist. */
const finders: Record<string, Find> = {
  "aws:cloudwatch/logGroup:LogGroup": named,
  "aws:cloudwatch/metricAlarm:MetricAlarm": named,
  "aws:iam/role:Role": named,
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": async (_clients, { role, policyArn }) =>
    `${text(role)}/${text(policyArn)}`,
  "aws:iam/rolePolicy:RolePolicy": async (_clients, { role, name }) => `${text(role)}:${text(name)}`,
  "aws:appautoscaling/target:Target": async (_clients, inputs) => scalableId(inputs),
  "aws:appautoscaling/policy:Policy": async (_clients, inputs) =>
    `${scalableId(inputs)}/${text(inputs["name"])}`,
  "aws:ecs/service:Service": async (_clients, { cluster, name }) =>
    `${text(cluster).split("/").at(-1) ?? ""}/${text(name)}`,
  "aws:ec2/securityGroup:SecurityGroup": findSecurityGroup,
  "aws:lb/targetGroup:TargetGroup": findTargetGroup,
  "aws:lb/listenerRule:ListenerRule": findListenerRule,
};

async function named(_clients: AwsClients, { name }: Inputs): Promise<string> {
  return text(name);
}

function scalableId({ serviceNamespace, resourceId, scalableDimension }: Inputs): string {
  return [serviceNamespace, resourceId, scalableDimension].map(text).join("/");
}

async function findSecurityGroup(clients: AwsClients, { name, vpcId }: Inputs): Promise<string | undefined> {
  const { DescribeSecurityGroupsCommand } = await import("@aws-sdk/client-ec2");
  const ec2 = await clients.ec2();
  const { SecurityGroups } = await ec2.send(
    new DescribeSecurityGroupsCommand({
      Filters: [
        { Name: "group-name", Values: [text(name)] },
        { Name: "vpc-id", Values: [text(vpcId)] },
      ],
    }),
  );
  return SecurityGroups?.[0]?.GroupId;
}

async function findTargetGroup(clients: AwsClients, { name }: Inputs): Promise<string | undefined> {
  const { DescribeTargetGroupsCommand } = await import("@aws-sdk/client-elastic-load-balancing-v2");
  const elbv2 = await clients.elbv2();
  const answer = await unlessAbsent(
    elbv2.send(new DescribeTargetGroupsCommand({ Names: [text(name)] })),
    "TargetGroupNotFoundException",
    "TargetGroupNotFound",
  );
  return answer?.TargetGroups?.[0]?.TargetGroupArn;
}

/** A rule has no name: it is ours when it forwards to our target group, which has one. */
async function findListenerRule(clients: AwsClients, inputs: Inputs): Promise<string | undefined> {
  const wanted = (inputs["actions"] as { targetGroupArn?: string }[] | undefined)?.[0]?.targetGroupArn;
  const rules = await listenerRules(clients, text(inputs["listenerArn"]));
  return rules.find((rule) => rule.Actions?.some((action) => action.TargetGroupArn === wanted))?.RuleArn;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
