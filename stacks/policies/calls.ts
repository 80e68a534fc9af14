import { balancing } from "./calls-of-balancing.js";
import { besideEcs, jobStarters } from "./calls-beside-ecs.js";
import type { PlaceName } from "./places.js";
import type { Access } from "./scope.js";

/**
 * Who makes a call: the driver's SDK clients (`src/adapters/aws`), copying of images over a registry's HTTP, Pulumi's backend and
 * secrets provider, or the provider on behalf of a resource type or data source.
 */
export type Caller = "driver" | "registry" | "backend" | `aws:${string}`;

/** One call of AWS's. */
export interface Call {
  at: PlaceName | readonly PlaceName[];
  by: readonly Caller[];
  /** The preview's and the environments' roles by default. */
  for?: readonly Access[];
}

const [service, task] = ["aws:ecs/service:Service", "aws:ecs/taskDefinition:TaskDefinition"] as const;
const [role, inline] = ["aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy"] as const;
const policy = "aws:iam/getPolicy:getPolicy";
const attached = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
const firewall = "aws:ec2/securityGroup:SecurityGroup";
const [logs, alarm] = ["aws:cloudwatch/logGroup:LogGroup", "aws:cloudwatch/metricAlarm:MetricAlarm"] as const;
const [target, scaling] = ["aws:appautoscaling/target:Target", "aws:appautoscaling/policy:Policy"] as const;
const timed = "aws:appautoscaling/scheduledAction:ScheduledAction";
const version = "aws:secretsmanager/getSecretVersion:getSecretVersion";
const deploy = ["deploy"] as const;
/** Of the app's repository too, where another one deploys it: at versions alone. */
const requesting = ["build", "deploy"] as const;
const push = ["build", "build-previews", "deploy"] as const;
const person = ["person"] as const;
const [exported, kept, stored] = [
  "aws:cloudformation/getExport:getExport",
  "aws:secretsmanager/getSecret:getSecret",
  "aws:ssm/getParameter:getParameter",
] as const;
const reading = ["build", "preview", "deploy"] as const;
const bounded = ["deploy", "person"] as const;
const everyone = ["build", "build-previews", "preview", "deploy"] as const;
/** Who reads or writes beside the state: whoever builds images writes down which. */
const recording = ["build", "preview", "deploy"] as const;

/** Every call that programs and driver make, and where: the roles' policies are generated from it, and tests judge it. */
export const calls: Readonly<Record<string, Call>> = {
  "sts:GetCallerIdentity": { at: "anywhere", by: ["driver"], for: everyone },
  "servicequotas:GetServiceQuota": { at: "anywhere", by: ["driver"] },
  "servicequotas:GetAWSDefaultServiceQuota": { at: "anywhere", by: ["driver"] },
  // Of roles that `aws:assumeRoles` names: whoever lets a workflow's role take another adds it there.
  "sts:AssumeRole": { at: "anywhere", by: ["driver"], for: person },

  "ecs:CreateService": { at: "newService", by: [service] },
  "ecs:UpdateService": { at: "ownService", by: [service, "driver"] },
  "ecs:DeleteService": { at: "ownService", by: [service, "driver"] },
  "ecs:DescribeServices": { at: "service", by: [service, "driver"] },
  "ecs:ListServiceDeployments": { at: "service", by: ["driver"] },
  "ecs:DescribeServiceDeployments": { at: ["service", "serviceDeployment"], by: ["driver"] },
  "ecs:DescribeServiceRevisions": { at: ["service", "serviceDeployment"], by: ["driver"] },
  "ecs:StopServiceDeployment": { at: ["service", "serviceDeployment"], by: ["driver"] },
  "ecs:ListServices": { at: "clusterTasks", by: ["driver"] },
  "ecs:RunTask": { at: "runTask", by: ["driver"] },
  "ecs:StopTask": { at: "ownTask", by: ["driver"] },
  "ecs:ListTasks": { at: "clusterTasks", by: ["driver"] },
  "ecs:DescribeTasks": { at: "task", by: ["driver"] },
  // Whoever opens a shell does it as themselves: no workflow's role may.
  "ecs:ExecuteCommand": { at: "anywhere", by: ["driver"], for: person },
  "ecs:DescribeClusters": { at: "cluster", by: ["driver"] },
  "ecs:RegisterTaskDefinition": { at: "newTaskDefinition", by: [task] },
  "ecs:DescribeTaskDefinition": { at: "anywhere", by: [task, "driver"] },
  "ecs:ListTaskDefinitions": { at: "anywhere", by: ["driver"] },
  "ecs:ListTaskDefinitionFamilies": { at: "anywhere", by: ["driver"], for: deploy },
  // It takes neither resources nor condition keys: with it a preview could take away what environments roll back to.
  "ecs:DeregisterTaskDefinition": { at: "anywhere", by: [task, "driver"], for: deploy },
  "ecs:DeleteTaskDefinitions": {
    at: ["taskDefinition", "previewFamilies"],
    by: ["driver"],
    for: deploy,
  },
  // A tag more on what exists comes alone: the provider sends what changed. Source: its generated `updateTags`.
  "ecs:TagResource": {
    at: ["newService", "newTaskDefinition", "newTask", "ownService", "ownTaskDefinition"],
    by: [service, task],
  },
  "ecs:UntagResource": { at: ["ownService", "ownTaskDefinition"], by: [service, task] },
  "ecs:ListTagsForResource": { at: ["service", "taskDefinition"], by: [service, task] },

  ...balancing,

  "ec2:CreateSecurityGroup": { at: ["newSecurityGroup", "vpc"], by: [firewall] },
  "ec2:AuthorizeSecurityGroupIngress": { at: "ownSecurityGroup", by: [firewall] },
  "ec2:AuthorizeSecurityGroupEgress": { at: "ownSecurityGroup", by: [firewall] },
  "ec2:RevokeSecurityGroupIngress": { at: "ownSecurityGroup", by: [firewall] },
  "ec2:RevokeSecurityGroupEgress": { at: "ownSecurityGroup", by: [firewall] },
  "ec2:DeleteSecurityGroup": { at: "ownSecurityGroup", by: [firewall, "driver"] },
  "ec2:DescribeSecurityGroups": { at: "anywhere", by: [firewall, "driver"] },
  "ec2:DescribeSecurityGroupRules": { at: "anywhere", by: [firewall] },
  "ec2:DescribeNetworkInterfaces": { at: "anywhere", by: [firewall] },
  "ec2:CreateTags": { at: ["ownSecurityGroup", "newSecurityGroupTags"], by: [firewall] },
  "ec2:DeleteTags": { at: "ownSecurityGroup", by: [firewall] },

  "iam:CreateRole": { at: "boundedRole", by: [role], for: deploy },
  "iam:PutRolePermissionsBoundary": { at: "boundedRole", by: [role], for: deploy },
  "iam:PutRolePolicy": { at: "boundedRole", by: [inline], for: deploy },
  "iam:DeleteRolePolicy": { at: "boundedRole", by: [inline, role], for: deploy },
  "iam:AttachRolePolicy": { at: "boundedRole", by: [attached], for: deploy },
  "iam:DetachRolePolicy": { at: "boundedRole", by: [attached, role], for: deploy },
  "iam:UpdateAssumeRolePolicy": { at: "boundedRole", by: [role], for: deploy },
  "iam:UpdateRoleDescription": { at: "boundedRole", by: [role], for: deploy },
  "iam:DeleteRole": { at: "role", by: [role], for: deploy },
  "iam:TagRole": { at: "role", by: [role], for: deploy },
  "iam:UntagRole": { at: "role", by: [role], for: deploy },
  "iam:GetRole": { at: "role", by: [role, "driver"], for: deploy },
  "iam:SimulatePrincipalPolicy": { at: "role", by: ["driver"], for: deploy },
  // What the boundary leaves of `statements`.
  "iam:GetPolicy": { at: "boundary", by: [policy, "driver"], for: bounded },
  "iam:GetPolicyVersion": { at: "boundary", by: [policy], for: deploy },
  "iam:GetRolePolicy": { at: "role", by: [inline], for: deploy },
  "iam:ListRolePolicies": { at: "role", by: [role], for: deploy },
  "iam:ListAttachedRolePolicies": { at: "role", by: [role, attached], for: deploy },
  "iam:ListInstanceProfilesForRole": { at: "role", by: [role], for: deploy },
  "iam:PassRole": {
    at: ["passedRole", "scheduledRole"],
    by: [task, service, ...jobStarters, "driver"],
  },
  "iam:CreateServiceLinkedRole": { at: "scalingRole", by: [target], for: deploy },

  "logs:CreateLogGroup": { at: "logGroup", by: [logs] },
  "logs:PutRetentionPolicy": { at: "logGroup", by: [logs] },
  "logs:DeleteRetentionPolicy": { at: "logGroup", by: [logs] },
  "logs:DeleteLogGroup": { at: "logGroup", by: [logs, "driver"] },
  "logs:TagResource": { at: "logGroup", by: [logs] },
  "logs:UntagResource": { at: "logGroup", by: [logs] },
  "logs:ListTagsForResource": { at: "logGroup", by: [logs, "driver"] },
  "logs:DescribeLogGroups": { at: "anywhere", by: [logs, "driver"] },
  "logs:FilterLogEvents": { at: "logGroup", by: ["driver"] },
  "logs:GetLogEvents": { at: "logGroup", by: ["driver"] },

  ...besideEcs,

  // Application Auto Scaling makes its alarms if the caller may. Source: its user guide, "Permission validation for scaling".
  "cloudwatch:PutMetricAlarm": { at: ["alarm", "scalingAlarm"], by: [alarm, scaling], for: deploy },
  "cloudwatch:DeleteAlarms": { at: ["alarm", "scalingAlarm"], by: [alarm, scaling], for: deploy },
  "cloudwatch:TagResource": { at: "alarm", by: [alarm], for: deploy },
  "cloudwatch:UntagResource": { at: "alarm", by: [alarm], for: deploy },
  "cloudwatch:ListTagsForResource": { at: "alarm", by: [alarm, "driver"], for: deploy },
  "cloudwatch:DescribeAlarms": { at: "anyAlarm", by: [alarm, scaling, "driver"], for: deploy },

  "application-autoscaling:RegisterScalableTarget": { at: "scaling", by: [target], for: deploy },
  "application-autoscaling:DeregisterScalableTarget": { at: "scaling", by: [target], for: deploy },
  "application-autoscaling:PutScalingPolicy": { at: "scaling", by: [scaling], for: deploy },
  "application-autoscaling:DeleteScalingPolicy": { at: "scaling", by: [scaling], for: deploy },
  "application-autoscaling:PutScheduledAction": { at: "scaling", by: [timed], for: deploy },
  "application-autoscaling:DeleteScheduledAction": { at: "scaling", by: [timed], for: deploy },
  "application-autoscaling:TagResource": { at: "scalingTags", by: [target], for: deploy },
  "application-autoscaling:UntagResource": { at: "scalingTags", by: [target], for: deploy },
  "application-autoscaling:ListTagsForResource": { at: "scalingTags", by: [target], for: deploy },
  "application-autoscaling:DescribeScalableTargets": { at: "anywhere", by: [target], for: deploy },
  "application-autoscaling:DescribeScalingPolicies": { at: "anywhere", by: [scaling], for: deploy },
  "application-autoscaling:DescribeScheduledActions": { at: "anywhere", by: [timed], for: deploy },

  "ecr:GetAuthorizationToken": { at: "anywhere", by: ["driver"], for: everyone },
  "ecr:BatchGetImage": { at: ["repository", "source"], by: ["driver", "registry"], for: everyone },
  "ecr:DescribeImages": { at: ["repository", "source"], by: ["driver"], for: everyone },
  "ecr:DescribeImageScanFindings": { at: "repository", by: ["driver"] },
  "ecr:GetDownloadUrlForLayer": { at: ["repository", "source"], by: ["driver", "registry"], for: everyone },
  "ecr:BatchCheckLayerAvailability": { at: ["repository", "source"], by: ["registry"], for: everyone },
  "ecr:InitiateLayerUpload": { at: "repository", by: ["registry"], for: push },
  "ecr:UploadLayerPart": { at: "repository", by: ["registry"], for: push },
  "ecr:CompleteLayerUpload": { at: "repository", by: ["registry"], for: push },
  "ecr:PutImage": { at: "repository", by: ["registry"], for: push },

  // What settings refer to by name. Exports cannot be told apart: Service Authorization Reference, CloudFormation.
  "cloudformation:ListExports": { at: "exports", by: [exported] },
  "secretsmanager:DescribeSecret": { at: "secret", by: ["driver", kept] },
  "secretsmanager:GetResourcePolicy": { at: "secret", by: [kept] },
  // A client secret goes into a listener rule: whoever plans one reads it. Previews sign nobody in.
  "secretsmanager:GetSecretValue": { at: "secret", by: [version], for: deploy },
  // It returns values: of previews' parameters alone, which their tasks may read.
  "ssm:GetParameter": {
    at: ["parameter", "version", "requestedVersion"],
    by: ["driver", stored],
    for: reading,
  },
  "ssm:PutParameter": { at: ["version", "requestedVersion"], by: ["driver"], for: requesting },
  "ssm:DeleteParameter": { at: ["version", "requestedVersion"], by: ["driver"], for: requesting },

  "s3:ListBucket": { at: "stateBucket", by: ["backend", "driver"], for: recording },
  "s3:GetObject": { at: ["stateShared", "stateRead", "stateOwn"], by: ["backend", "driver"], for: recording },
  "s3:PutObject": { at: "stateOwn", by: ["backend", "driver"], for: recording },
  "s3:DeleteObject": { at: "stateOwn", by: ["backend", "driver"] },
  "kms:Decrypt": { at: ["stateKey", "stateObjects"], by: ["backend"], for: recording },
  "kms:Encrypt": { at: "stateKey", by: ["backend"] },
  "kms:GenerateDataKey": { at: "stateObjects", by: ["backend", "driver"], for: recording },

  // `infra bootstrap`: an empty account's first bucket and key.
  "s3:CreateBucket": { at: "anywhere", by: ["driver"], for: person },
  "s3:PutBucketVersioning": { at: "anywhere", by: ["driver"], for: person },
  "s3:PutBucketPublicAccessBlock": { at: "anywhere", by: ["driver"], for: person },
  "s3:GetEncryptionConfiguration": { at: "anywhere", by: ["driver"], for: person },
  "s3:PutEncryptionConfiguration": { at: "anywhere", by: ["driver"], for: person },
  "s3:GetBucketPolicy": { at: "anywhere", by: ["driver"], for: person },
  "s3:PutBucketPolicy": { at: "anywhere", by: ["driver"], for: person },
  "s3:GetLifecycleConfiguration": { at: "anywhere", by: ["driver"], for: person },
  "s3:PutLifecycleConfiguration": { at: "anywhere", by: ["driver"], for: person },
  "kms:CreateKey": { at: "anywhere", by: ["driver"], for: person },
  "kms:EnableKeyRotation": { at: "anywhere", by: ["driver"], for: person },
  "kms:DescribeKey": { at: "anywhere", by: ["driver"], for: person },
  "kms:GetKeyPolicy": { at: "anywhere", by: ["driver"], for: person },
  "kms:PutKeyPolicy": { at: "anywhere", by: ["driver"], for: person },
  "kms:CreateAlias": { at: "anywhere", by: ["driver"], for: person },
  "kms:ScheduleKeyDeletion": { at: "anywhere", by: ["driver"], for: person },

  // What a killed `infra up` has made is looked for, and proven absent after `infra destroy`.
  "acm:ListCertificates": { at: "anywhere", by: ["driver"], for: person },
  "acm:ListTagsForCertificate": { at: "anywhere", by: ["driver"], for: person },
  "route53:ListResourceRecordSets": { at: "anywhere", by: ["driver"], for: person },
  "ecr:DescribeRepositories": { at: "anywhere", by: ["driver"], for: person },
  "ecr:ListTagsForResource": { at: "anywhere", by: ["driver"], for: person },
  "ecs:ListClusters": { at: "anywhere", by: ["driver"], for: person },
  "ec2:DescribeAddresses": { at: "anywhere", by: ["driver"], for: person },
  "ec2:DescribeInternetGateways": { at: "anywhere", by: ["driver"], for: person },
  "ec2:DescribeNatGateways": { at: "anywhere", by: ["driver"], for: person },
  "ec2:DescribeRouteTables": { at: "anywhere", by: ["driver"], for: person },
  "ec2:DescribeSubnets": { at: "anywhere", by: ["driver"], for: person },
  "ec2:DescribeVpcEndpoints": { at: "anywhere", by: ["driver"], for: person },
  "ec2:DescribeVpcs": { at: "anywhere", by: ["driver"], for: person },
  "iam:GetOpenIDConnectProvider": { at: "anywhere", by: ["driver"], for: person },
  "iam:ListOpenIDConnectProviders": { at: "anywhere", by: ["driver"], for: person },
  "iam:ListPolicies": { at: "anywhere", by: ["driver"], for: person },
  "iam:ListRoles": { at: "anywhere", by: ["driver"], for: person },
  "kms:ListAliases": { at: "anywhere", by: ["driver"], for: person },
  "kms:ListKeys": { at: "anywhere", by: ["driver"], for: person },
  "kms:ListResourceTags": { at: "anywhere", by: ["driver"], for: person },
  "s3:GetBucketTagging": { at: "anywhere", by: ["driver"], for: person },
};
