import { execActions } from "./boundary.js";
import { namesOf } from "./scope.js";

/** As IAM knows EventBridge Scheduler. */
export const schedulerService = "scheduler.amazonaws.com";

/** Where previews run, as plain values. */
export interface PreviewPlace {
  partition: string;
  region: string;
  account: string;
  app: string;
  /** `moorage:logGroupPrefix`. */
  logs: string;
}

/** ARNs of the secrets and parameters that previews may read: what is below the app's preview prefix, and what is named. */
export function secretPatterns(
  { partition, region, account, app }: PreviewPlace,
  { secrets, parameters }: { secrets: readonly string[]; parameters: readonly string[] },
): string[] {
  const arn = (service: string, resource: string) =>
    `arn:${partition}:${service}:${region}:${account}:${resource}`;
  return [
    arn("secretsmanager", `secret:${app}/preview/*`),
    arn("ssm", `parameter/${app}/preview/*`),
    // Secrets Manager adds a hyphen and six characters to a name.
    ...secrets.map((name) => arn("secretsmanager", `secret:${name}${name.endsWith("*") ? "" : "-??????"}`)),
    ...parameters.map((name) => arn("ssm", `parameter/${name.replace(/^\//, "")}`)),
  ];
}

/**
 * What ECS's agent may do for a preview. Less than AWS's managed policy, which pulls from every repository and writes to every
 * log group of the account. Source: AWS managed policy reference, AmazonECSTaskExecutionRolePolicy.
 */
export function executionPolicy(
  { partition, region, account, logs }: PreviewPlace,
  {
    repositories,
    secrets,
    keys,
  }: { repositories: readonly string[]; secrets: readonly string[]; keys: readonly string[] },
): string {
  const group = `arn:${partition}:logs:${region}:${account}:log-group:${logs}/pr-*/*`;
  const of = (service: string) => secrets.filter((arn) => arn.split(":")[2] === service);
  return document([
    allow(["ecr:GetAuthorizationToken"], ["*"]),
    allow(
      ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      repositories,
    ),
    allow(["logs:CreateLogStream", "logs:PutLogEvents"], [group]),
    allow(["secretsmanager:GetSecretValue"], of("secretsmanager")),
    allow(["ssm:GetParameters"], of("ssm")),
    ...(keys.length > 0 ? [allow(["kms:Decrypt"], keys)] : []),
  ]);
}

/** What every preview's code has; managed policies that the foundation lists come on top, and never another role. */
export const previewTaskPolicy = document([
  allow(execActions, ["*"]),
  { Effect: "Deny", Action: ["iam:*", "sts:AssumeRole*"], Resource: ["*"] },
]);

type JobPlace = Omit<PreviewPlace, "logs">;

/**
 * Lets EventBridge Scheduler take the role for the schedule groups of the app's previews in this account. Source: EventBridge
 * Scheduler, "Confused deputy prevention": the source is the group's ARN, never a schedule's.
 */
export function schedulerTrust({ partition, region, account, app }: JobPlace): string {
  const groups = `schedule-group/${namesOf({ app, stack: "pr-*" })}`;
  return document([
    {
      Effect: "Allow",
      Principal: { Service: schedulerService },
      Action: "sts:AssumeRole",
      Condition: {
        StringEquals: { "aws:SourceAccount": account },
        ArnLike: { "aws:SourceArn": `arn:${partition}:scheduler:${region}:${account}:${groups}` },
      },
    },
  ]);
}

/** What EventBridge Scheduler may do for a preview's job: start its tasks on the cluster, with the roles of all previews. */
export function schedulerPolicy(
  { partition, region, account, app }: JobPlace,
  { cluster, taskRoles }: { cluster: string; taskRoles: readonly string[] },
): string {
  const families = `task-definition/${namesOf({ app, stack: "pr-*" })}:*`;
  return document([
    {
      ...allow(["ecs:RunTask"], [`arn:${partition}:ecs:${region}:${account}:${families}`]),
      Condition: { ArnEquals: { "ecs:cluster": cluster } },
    },
    {
      ...allow(["iam:PassRole"], taskRoles),
      Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
    },
  ]);
}

function allow(Action: readonly string[], Resource: readonly string[]): object {
  return { Effect: "Allow", Action, Resource };
}

function document(statements: object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}
