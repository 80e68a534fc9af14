import { stackPart } from "../../../src/core/project/aws-names.js";
import type { PlaceName } from "../../../stacks/policies/places.js";
import type { Scope } from "../../../stacks/policies/scope.js";
import { account } from "./simulate.js";

/** A resource that a call is about, and what AWS knows of the request. */
export interface Sample {
  resource: string;
  context?: Record<string, string>;
}

const region = "us-east-1";
const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${account}:${resource}`;
const balancer = arn("elasticloadbalancing", "listener/app/lb1-hello-dev/50dc6c495c0c9188/f2f7dc8efc522ab2");

const networkBalancer = arn("elasticloadbalancing", "loadbalancer/net/passing/60dc6c495c0c9188");
const networkListener = `${networkBalancer.replace(":loadbalancer/", ":listener/")}/a2f7dc8efc522ab2`;

export const boundaryArn = `arn:aws:iam::${account}:policy/moorage/hello-tasks-dev-dev`;

export const previewRole = (kind: string) =>
  `arn:aws:iam::${account}:role/moorage/hello-preview--${kind}-dev`;

/** The role of a stack of the project `hello`, which is also its app. */
export function scopeOf(stack: string, changes: Partial<Scope> = {}): Scope {
  return {
    partition: "aws",
    region,
    account,
    project: "hello",
    app: "hello",
    stack,
    logs: "/ecs",
    cluster: arn("ecs", "cluster/hello-dev"),
    balancers: ["lb?-hello-dev", "lb10-hello-dev"],
    networks: [networkBalancer],
    vpc: "vpc-1",
    boundary: boundaryArn,
    repositories: [arn("ecr", "repository/hello")],
    sources: [`arn:aws:ecr:*:999999999999:repository/hello`],
    previewRoles: [previewRole("execution"), previewRole("task")],
    previewScheduler: previewRole("scheduler"),
    exports: ["shared-bus"],
    cleansPreviews: stack === "dev",
    state: { bucket: "hello-state", key: arn("kms", "key/1"), reads: ["foundation-dev"] },
    ...changes,
  };
}

/** All previews share what is kept for them. */
const prefixOf = (stack: string) => (stack.startsWith("pr-") ? "preview" : stack);

const tags = (of: "ResourceTag" | "RequestTag", stack: string) => ({
  [`aws:${of}/moorage:project`]: "hello",
  [`aws:${of}/moorage:stack`]: stack,
});

/**
 * What belongs to a stack at each place where IAM can tell one stack's from another's: every call of the table that goes
 * there is tried on it.
 */
export const ofStack: Partial<Record<PlaceName, (stack: string) => Sample>> = {
  service: (stack) => ({ resource: arn("ecs", `service/hello-dev/hello-web-${stackPart(stack)}`) }),
  ownService: (stack) => ({
    resource: arn("ecs", `service/hello-dev/hello-web-${stackPart(stack)}`),
    context: tags("ResourceTag", stack),
  }),
  newService: (stack) => ({
    resource: arn("ecs", `service/hello-dev/hello-web-${stackPart(stack)}`),
    context: tags("RequestTag", stack),
  }),
  serviceDeployment: (stack) => ({
    resource: arn("ecs", `service-deployment/hello-dev/hello-web-${stackPart(stack)}/abc`),
  }),
  ownTask: (stack) => ({ resource: arn("ecs", "task/hello-dev/abc"), context: tags("ResourceTag", stack) }),
  newTask: (stack) => ({
    resource: arn("ecs", "task/hello-dev/abc"),
    context: { ...tags("RequestTag", stack), "ecs:CreateAction": "RunTask" },
  }),
  runTask: (stack) => ({
    resource: arn("ecs", `task-definition/hello-web-${stackPart(stack)}:7`),
    context: { ...tags("RequestTag", stack), "ecs:cluster": arn("ecs", "cluster/hello-dev") },
  }),
  version: (stack) => ({ resource: arn("ssm", `parameter/moorage/hello/${stack}/version`) }),
  taskDefinition: (stack) => ({ resource: arn("ecs", `task-definition/hello-web-${stackPart(stack)}:7`) }),
  ownTaskDefinition: (stack) => ({
    resource: arn("ecs", `task-definition/hello-web-${stackPart(stack)}:7`),
    context: tags("ResourceTag", stack),
  }),
  newTaskDefinition: (stack) => ({
    resource: arn("ecs", `task-definition/hello-web-${stackPart(stack)}:8`),
    context: tags("RequestTag", stack),
  }),
  logGroup: (stack) => ({ resource: arn("logs", `log-group:/ecs/${stack}/web`) }),
  role: (stack) => ({ resource: `arn:aws:iam::${account}:role/hello-web-task-${stackPart(stack)}` }),
  boundary: (stack) => ({ resource: boundaryArn.replace("tasks-dev", `tasks-${stackPart(stack)}`) }),
  boundedRole: (stack) => ({
    resource: `arn:aws:iam::${account}:role/hello-web-task-${stackPart(stack)}`,
    context: { "iam:PermissionsBoundary": boundaryArn },
  }),
  previewFamilies: () => ({ resource: arn("ecs", "task-definition/hello-web-pr-42:7") }),
  passedRole: (stack) => ({
    resource: stack.startsWith("pr-")
      ? previewRole("task")
      : `arn:aws:iam::${account}:role/hello-web-execution-${stackPart(stack)}`,
    context: { "iam:PassedToService": "ecs-tasks.amazonaws.com" },
  }),
  schedule: (stack) => ({ resource: arn("scheduler", `schedule/hello-jobs-${stackPart(stack)}/gc`) }),
  scheduleGroup: (stack) => ({ resource: arn("scheduler", `schedule-group/hello-jobs-${stackPart(stack)}`) }),
  eventRule: (stack) => ({ resource: arn("events", `rule/hello-gc-failed-${stackPart(stack)}`) }),
  stateMachine: (stack) => ({ resource: arn("states", `stateMachine:hello-gc-${stackPart(stack)}`) }),
  execution: (stack) => ({ resource: arn("states", `execution:hello-gc-${stackPart(stack)}:run`) }),
  scheduledRole: (stack) => ({
    resource: stack.startsWith("pr-")
      ? previewRole("scheduler")
      : `arn:aws:iam::${account}:role/hello-scheduler-${stackPart(stack)}`,
    context: { "iam:PassedToService": "scheduler.amazonaws.com" },
  }),
  ownTargetGroup: (stack) => ({
    resource: arn("elasticloadbalancing", "targetgroup/hello-web-x/73e2d6bc24d8a067"),
    context: tags("ResourceTag", stack),
  }),
  newTargetGroup: (stack) => ({
    resource: arn("elasticloadbalancing", "targetgroup/hello-web-x/73e2d6bc24d8a067"),
    context: tags("RequestTag", stack),
  }),
  newRule: (stack) => ({ resource: balancer, context: tags("RequestTag", stack) }),
  ownRule: (stack) => ({
    resource: `${balancer.replace(":listener/", ":listener-rule/")}/9683b2d02a6cabee`,
    context: tags("ResourceTag", stack),
  }),
  balancingTags: (stack) => ({
    resource: arn("elasticloadbalancing", "targetgroup/hello-web-x/73e2d6bc24d8a067"),
    context: tags("ResourceTag", stack),
  }),
  newBalancingTags: (stack) => ({
    resource: arn("elasticloadbalancing", "targetgroup/hello-web-x/73e2d6bc24d8a067"),
    context: { ...tags("RequestTag", stack), "elasticloadbalancing:CreateAction": "CreateTargetGroup" },
  }),
  newNetworkListener: (stack) => ({ resource: networkBalancer, context: tags("RequestTag", stack) }),
  ownNetworkListener: (stack) => ({ resource: networkListener, context: tags("ResourceTag", stack) }),
  ownNamespace: (stack) => ({
    resource: arn("servicediscovery", "namespace/ns-1"),
    context: tags("ResourceTag", stack),
  }),
  newNamespace: (stack) => ({ resource: "*", context: tags("RequestTag", stack) }),
  ownSecurityGroup: (stack) => ({
    resource: arn("ec2", "security-group/sg-1"),
    context: tags("ResourceTag", stack),
  }),
  newSecurityGroup: (stack) => ({
    resource: arn("ec2", "security-group/*"),
    context: tags("RequestTag", stack),
  }),
  newSecurityGroupTags: (stack) => ({
    resource: arn("ec2", "security-group/sg-1"),
    context: { ...tags("RequestTag", stack), "ec2:CreateAction": "CreateSecurityGroup" },
  }),
  scalingAlarm: (stack) => ({
    resource: arn(
      "cloudwatch",
      `alarm:TargetTracking-service/hello-dev/hello-web-${stackPart(stack)}-AlarmHigh-0f0e7b63-26a1-4b5d-8a53-8e8b2f5f3b1a`,
    ),
  }),
  alarm: (stack) => ({ resource: arn("cloudwatch", `alarm:hello-web-errors-${stackPart(stack)}`) }),
  stateKey: (stack) => ({
    resource: arn("kms", "key/1"),
    context: { "kms:EncryptionContext:stack": `hello/${stack}` },
  }),
  secret: (stack) => ({ resource: arn("secretsmanager", `secret:hello/${prefixOf(stack)}/db-AbCdEf`) }),
  parameter: (stack) => ({ resource: arn("ssm", `parameter/hello/${prefixOf(stack)}/token`) }),
  stateOwn: (stack) => ({ resource: `arn:aws:s3:::hello-state/.pulumi/stacks/hello/${stack}.json` }),
};

/** What all roles of a foundation share, or what IAM cannot tell apart: docs/aws.md lists the latter. */
export const shared: Partial<Record<PlaceName, Sample>> = {
  anywhere: { resource: "*" },
  cluster: { resource: arn("ecs", "cluster/hello-dev") },
  clusterTasks: { resource: "*", context: { "ecs:cluster": arn("ecs", "cluster/hello-dev") } },
  task: { resource: arn("ecs", "task/hello-dev/abc") },
  scalingRole: {
    resource: `arn:aws:iam::${account}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRole`,
    context: { "iam:AWSServiceName": "ecs.application-autoscaling.amazonaws.com" },
  },
  vpc: { resource: arn("ec2", "vpc/vpc-1") },
  queue: { resource: arn("sqs", "missed") },
  userPool: { resource: arn("cognito-idp", "userpool/us-east-1_abc") },
  exports: { resource: "*" },
  anyAlarm: { resource: arn("cloudwatch", "alarm:any") },
  scaling: {
    resource: arn("application-autoscaling", "scalable-target/0ec5abc"),
    context: { "application-autoscaling:service-namespace": "ecs" },
  },
  scalingTags: { resource: arn("application-autoscaling", "scalable-target/0ec5abc") },
  repository: { resource: arn("ecr", "repository/hello") },
  stateBucket: { resource: "arn:aws:s3:::hello-state" },
  stateShared: { resource: "arn:aws:s3:::hello-state/.pulumi/meta.yaml" },
  stateRead: { resource: "arn:aws:s3:::hello-state/.pulumi/stacks/hello/foundation-dev.json" },
  stateObjects: {
    resource: arn("kms", "key/1"),
    context: { "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::hello-state" },
  },
};
