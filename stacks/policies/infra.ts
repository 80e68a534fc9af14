import type { Part, Statement } from "./generate.js";
import { places } from "./places.js";
import type { Scope } from "./scope.js";

/** What a foundation is made of. Network and certificates have names of AWS's choice, so that no ARN tells them apart. */
const services = ["acm", "ec2", "ecr", "ecs", "elasticloadbalancing", "kms", "logs", "route53"];

/** Of the state's bucket, where the foundation makes it; not its objects, which are other stacks'. */
const bucketActions = [
  "s3:CreateBucket",
  // Reading a bucket, the provider reads each of its settings. Source: terraform-provider-aws, internal/service/s3/bucket.go.
  "s3:GetAccelerateConfiguration",
  "s3:GetBucket*",
  "s3:GetEncryptionConfiguration",
  "s3:GetLifecycleConfiguration",
  "s3:GetReplicationConfiguration",
  "s3:ListBucket",
  "s3:PutBucket*",
  "s3:PutEncryptionConfiguration",
  "s3:PutLifecycleConfiguration",
];

const allow = (Action: string[], Resource: string[]): Statement => ({ Effect: "Allow", Action, Resource });

/**
 * The role that applies a foundation. It makes the roles of the workflows, so whoever holds it could make one with any
 * rights: it is as strong as an administrator of the account, and only a foundation that asks for it has it.
 */
export function infraStatements(scope: Scope, part?: Part): Statement[] {
  const own = [
    allow(
      services.map((service) => `${service}:*`),
      ["*"],
    ),
    ...accessStatements(scope),
    ...stateStatements(scope),
  ];
  const shared = [allow(["sts:GetCallerIdentity"], ["*"])];
  if (part === undefined) return [...own, ...shared];
  return part === "own" ? own : shared;
}

/** Roles, policies and the provider that a foundation makes, below a path of their own. */
function accessStatements({ partition, account }: Scope): Statement[] {
  const iam = (resource: string) => `arn:${partition}:iam::${account}:${resource}`;
  return [
    allow(["iam:*"], ["role/moorage/*", "policy/moorage/*", "oidc-provider/*"].map(iam)),
    allow(["iam:CreateServiceLinkedRole"], [iam("role/aws-service-role/*")]),
    allow(["iam:ListOpenIDConnectProviders", "iam:ListPolicies", "iam:ListRoles"], ["*"]),
  ];
}

function stateStatements(scope: Scope): Statement[] {
  if (scope.state === undefined) return [];
  const [bucket, shared, own, read] = [
    places.stateBucket(scope),
    places.stateShared(scope),
    places.stateOwn(scope),
    places.stateRead(scope),
  ].map(({ resources }) => [...resources]) as [string[], string[], string[], string[]];
  return [
    allow(bucketActions, bucket),
    allow(["s3:GetObject"], [...shared, ...own, ...read]),
    allow(["s3:DeleteObject", "s3:PutObject"], own),
  ];
}
