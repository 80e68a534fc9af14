/** What the provider asks AWS for a resource of one type, as IAM names it. */
export interface ProviderCalls {
  /** Below `internal/service/` of hashicorp/terraform-provider-aws, which pulumi-aws 7 is made of (v6). */
  source: string;
  create?: readonly string[];
  read: readonly string[];
  update?: readonly string[];
  delete?: readonly string[];
}

const elb = (...names: string[]) => names.map((name) => `elasticloadbalancing:${name}`);
const ec2 = (...names: string[]) => names.map((name) => `ec2:${name}`);
const iam = (...names: string[]) => names.map((name) => `iam:${name}`);
const ecs = (...names: string[]) => names.map((name) => `ecs:${name}`);
const logs = (...names: string[]) => names.map((name) => `logs:${name}`);
const scaling = (...names: string[]) => names.map((name) => `application-autoscaling:${name}`);
const cloudwatch = (...names: string[]) => names.map((name) => `cloudwatch:${name}`);

const events = (...names: string[]) => names.map((name) => `events:${name}`);
const states = (...names: string[]) => names.map((name) => `states:${name}`);
const scheduler = (...names: string[]) => names.map((name) => `scheduler:${name}`);

const cloudMap = (...names: string[]) => names.map((name) => `servicediscovery:${name}`);

/** The types of environments and previews. A read follows each creation and change. */
export const providerCalls: Readonly<Record<string, ProviderCalls>> = {
  "aws:ecs/taskDefinition:TaskDefinition": {
    source: "ecs/task_definition.go, ecs/tags_gen.go",
    create: [...ecs("RegisterTaskDefinition", "TagResource"), "iam:PassRole"],
    read: ecs("DescribeTaskDefinition"),
    update: ecs("TagResource", "UntagResource", "ListTagsForResource"),
    // `skipDestroy`: what a rollback needs stays, and the driver prunes.
    delete: [],
  },
  "aws:ecs/service:Service": {
    source: "ecs/service.go, ecs/tags_gen.go",
    create: ecs("CreateService", "TagResource", "DescribeServices"),
    read: ecs("DescribeServices"),
    update: ecs("UpdateService", "TagResource", "UntagResource", "ListTagsForResource"),
    delete: ecs("DescribeServices", "UpdateService", "DeleteService"),
  },
  "aws:scheduler/scheduleGroup:ScheduleGroup": {
    source: "scheduler/schedule_group.go, scheduler/tags_gen.go",
    create: scheduler("CreateScheduleGroup", "TagResource"),
    read: scheduler("GetScheduleGroup", "ListTagsForResource"),
    update: scheduler("TagResource", "UntagResource"),
    // A group goes with its schedules. Source: Service Authorization Reference, "Amazon EventBridge Scheduler".
    delete: scheduler("DeleteScheduleGroup", "DeleteSchedule"),
  },
  "aws:cloudwatch/eventRule:EventRule": {
    source: "events/rule.go, events/tags_gen.go",
    create: events("PutRule", "TagResource"),
    read: events("DescribeRule", "ListTagsForResource"),
    update: events("PutRule", "TagResource", "UntagResource"),
    delete: events("DeleteRule"),
  },
  "aws:cloudwatch/eventTarget:EventTarget": {
    source: "events/target.go",
    create: [...events("PutTargets"), "iam:PassRole"],
    read: events("ListTargetsByRule"),
    update: [...events("PutTargets"), "iam:PassRole"],
    delete: events("RemoveTargets"),
  },
  "aws:sfn/stateMachine:StateMachine": {
    source: "sfn/state_machine.go, sfn/tags_gen.go",
    create: [
      ...states("ValidateStateMachineDefinition", "CreateStateMachine", "TagResource"),
      "iam:PassRole",
    ],
    read: states("DescribeStateMachine", "ListStateMachineVersions", "ListTagsForResource"),
    update: [
      ...states("ValidateStateMachineDefinition", "UpdateStateMachine", "TagResource", "UntagResource"),
      "iam:PassRole",
    ],
    delete: states("DeleteStateMachine", "DescribeStateMachine"),
  },
  "aws:scheduler/schedule:Schedule": {
    source: "scheduler/schedule.go",
    create: [...scheduler("CreateSchedule"), "iam:PassRole"],
    read: scheduler("GetSchedule"),
    update: [...scheduler("UpdateSchedule"), "iam:PassRole"],
    delete: scheduler("DeleteSchedule"),
  },
  "aws:servicediscovery/httpNamespace:HttpNamespace": {
    source: "servicediscovery/http_namespace.go, servicediscovery/wait.go, servicediscovery/tags_gen.go",
    create: cloudMap("CreateHttpNamespace", "TagResource", "GetOperation"),
    read: cloudMap("GetNamespace", "ListTagsForResource"),
    // Its tags never lose a key, and UntagResource would be about every stack's: IAM knows no resources of it.
    update: cloudMap("TagResource"),
    delete: cloudMap("DeleteNamespace", "GetOperation"),
  },
  "aws:lb/targetGroup:TargetGroup": {
    source: "elbv2/target_group.go, elbv2/tags_gen.go",
    create: elb("DescribeTargetGroups", "CreateTargetGroup", "AddTags", "ModifyTargetGroupAttributes"),
    read: elb("DescribeTargetGroups", "DescribeTargetGroupAttributes", "DescribeTags"),
    update: elb("ModifyTargetGroup", "ModifyTargetGroupAttributes", "AddTags", "RemoveTags"),
    delete: elb("DeleteTargetGroup"),
  },
  "aws:lb/listenerRule:ListenerRule": {
    source: "elbv2/listener_rule.go, elbv2/tags_gen.go",
    create: [...elb("CreateRule", "AddTags"), "cognito-idp:DescribeUserPoolClient"],
    read: elb("DescribeRules", "DescribeTags"),
    // SetRulePriorities is for a changed priority, which replaces the rule here (provider 10).
    update: [...elb("ModifyRule", "AddTags", "RemoveTags"), "cognito-idp:DescribeUserPoolClient"],
    delete: elb("DeleteRule"),
  },
  "aws:lb/listener:Listener": {
    source: "elbv2/listener.go, elbv2/tags_gen.go",
    // The idle timeout of TCP is an attribute.
    create: elb("CreateListener", "ModifyListenerAttributes", "AddTags"),
    read: elb("DescribeListeners", "DescribeListenerAttributes", "DescribeTags"),
    update: elb("ModifyListener", "ModifyListenerAttributes", "AddTags", "RemoveTags"),
    delete: elb("DeleteListener"),
  },
  "aws:ec2/securityGroup:SecurityGroup": {
    source: "ec2/vpc_security_group.go, ec2/tags_gen.go",
    create: ec2(
      "CreateSecurityGroup",
      "CreateTags",
      "RevokeSecurityGroupEgress",
      "AuthorizeSecurityGroupIngress",
      "AuthorizeSecurityGroupEgress",
    ),
    read: ec2("DescribeSecurityGroups"),
    update: ec2(
      "AuthorizeSecurityGroupIngress",
      "AuthorizeSecurityGroupEgress",
      "RevokeSecurityGroupIngress",
      "RevokeSecurityGroupEgress",
      "CreateTags",
      "DeleteTags",
    ),
    delete: ec2("DescribeNetworkInterfaces", "DeleteSecurityGroup", "DescribeSecurityGroups"),
  },
  "aws:cloudwatch/logGroup:LogGroup": {
    source: "logs/group.go, logs/tags_gen.go",
    create: logs("CreateLogGroup", "TagResource", "PutRetentionPolicy"),
    read: logs("DescribeLogGroups", "ListTagsForResource"),
    update: logs("PutRetentionPolicy", "DeleteRetentionPolicy", "TagResource", "UntagResource"),
    delete: logs("DeleteLogGroup"),
  },
  "aws:iam/role:Role": {
    source: "iam/role.go, iam/tags.go",
    create: iam("CreateRole", "TagRole"),
    read: iam("GetRole", "ListRolePolicies", "GetRolePolicy", "ListAttachedRolePolicies"),
    update: iam(
      "UpdateAssumeRolePolicy",
      "UpdateRoleDescription",
      "PutRolePermissionsBoundary",
      "TagRole",
      "UntagRole",
    ),
    delete: iam("ListInstanceProfilesForRole", "ListAttachedRolePolicies", "ListRolePolicies", "DeleteRole"),
  },
  "aws:iam/rolePolicy:RolePolicy": {
    source: "iam/role_policy.go",
    create: iam("PutRolePolicy"),
    read: iam("GetRolePolicy"),
    update: iam("PutRolePolicy"),
    delete: iam("DeleteRolePolicy"),
  },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
    source: "iam/role_policy_attachment.go",
    create: iam("AttachRolePolicy"),
    read: iam("ListAttachedRolePolicies"),
    delete: iam("DetachRolePolicy"),
  },
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    source: "cloudwatch/metric_alarm.go, cloudwatch/tags_gen.go",
    create: cloudwatch("PutMetricAlarm", "TagResource"),
    read: cloudwatch("DescribeAlarms", "ListTagsForResource"),
    update: cloudwatch("PutMetricAlarm", "TagResource", "UntagResource"),
    delete: cloudwatch("DeleteAlarms"),
  },
  "aws:appautoscaling/target:Target": {
    source: "appautoscaling/target.go, appautoscaling/tags_gen.go; its user guide, service-linked roles",
    create: [...scaling("RegisterScalableTarget", "TagResource"), "iam:CreateServiceLinkedRole"],
    read: scaling("DescribeScalableTargets", "ListTagsForResource"),
    update: scaling("RegisterScalableTarget", "TagResource", "UntagResource"),
    delete: scaling("DeregisterScalableTarget", "DescribeScalableTargets"),
  },
  "aws:appautoscaling/policy:Policy": {
    source: "appautoscaling/policy.go; its user guide, permission validation for scaling",
    create: [
      ...scaling("PutScalingPolicy"),
      ...cloudwatch("PutMetricAlarm", "DescribeAlarms", "DeleteAlarms"),
    ],
    read: scaling("DescribeScalingPolicies"),
    update: scaling("PutScalingPolicy"),
    delete: scaling("DeleteScalingPolicy"),
  },
  "aws:appautoscaling/scheduledAction:ScheduledAction": {
    source: "appautoscaling/scheduled_action.go",
    create: scaling("PutScheduledAction"),
    read: scaling("DescribeScheduledActions"),
    update: scaling("PutScheduledAction"),
    delete: scaling("DeleteScheduledAction"),
  },
};

/** Data sources, by their tokens. */
export const invokeCalls: Readonly<Record<string, readonly string[]>> = {
  // secretsmanager/secret_version_data_source.go
  "aws:secretsmanager/getSecretVersion:getSecretVersion": ["secretsmanager:GetSecretValue"],
  "aws:lb/getListener:getListener": elb("DescribeListeners", "DescribeListenerAttributes", "DescribeTags"),
  "aws:lb/getLoadBalancer:getLoadBalancer": elb(
    "DescribeLoadBalancers",
    "DescribeLoadBalancerAttributes",
    "DescribeCapacityReservation",
    "DescribeTags",
  ),
  // Source: cloudformation/export_data_source.go, ssm/parameter_data_source.go, secretsmanager/secret_data_source.go.
  "aws:cloudformation/getExport:getExport": ["cloudformation:ListExports"],
  "aws:ssm/getParameter:getParameter": ["ssm:GetParameter"],
  "aws:secretsmanager/getSecret:getSecret": [
    "secretsmanager:DescribeSecret",
    "secretsmanager:GetResourcePolicy",
  ],
  // Source: iam/policy_data_source.go: findPolicyByARN, findPolicyVersion.
  "aws:iam/getPolicy:getPolicy": ["iam:GetPolicy", "iam:GetPolicyVersion"],
  "aws:index/getCallerIdentity:getCallerIdentity": ["sts:GetCallerIdentity"],
  // Of the provider's own tables: nothing is asked.
  "aws:index/getPartition:getPartition": [],
  "aws:index/getRegion:getRegion": [],
};
