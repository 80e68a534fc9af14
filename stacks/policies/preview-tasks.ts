import { allowStatement, type PolicyStatement } from "../../src/core/project/policy-statements.js";
import { execActions } from "./boundary.js";
import { schedulerPolicy, starterTrust } from "./scheduler.js";
import { scopedArn, namesOf } from "./scope.js";

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
    scopedArn({ partition, region, account }, service, resource);
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

/** What every preview's code has: what the foundation lists, with managed policies on top, and never another role. */
export function previewTaskPolicy(statements: readonly PolicyStatement[]): string {
  return document([
    allow(execActions, ["*"]),
    ...statements.map(allowStatement),
    { Effect: "Deny", Action: ["iam:*", "sts:AssumeRole*"], Resource: ["*"] },
  ]);
}

type JobPlace = Omit<PreviewPlace, "logs">;

/** Lets what starts the jobs of the app's previews take the role. */
export function previewSchedulerTrust(place: JobPlace): string {
  const names = [namesOf({ app: place.app, stack: "pr-*" })];
  return starterTrust(place, { groups: names, rules: names, machines: names });
}

/** What starts a preview's job may do: run its tasks on the cluster, with the roles of all previews. */
export function previewSchedulerPolicy(
  place: JobPlace,
  started: { cluster: string; taskRoles: readonly string[] },
): string {
  const names = [namesOf({ app: place.app, stack: "pr-*" })];
  return schedulerPolicy(place, { ...started, families: names, machines: names, stack: "pr-*" });
}

function allow(Action: readonly string[], Resource: readonly string[]): object {
  return { Effect: "Allow", Action, Resource };
}

function document(statements: object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}
