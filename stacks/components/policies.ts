import { execActions } from "../policies/boundary.js";

/** Lets ECS's tasks, of this account only, take the role. Source: ECS, "Task IAM role", confused deputy. */
export function taskTrust(partition: string, region: string, account: string): string {
  return policy([
    {
      Effect: "Allow",
      Principal: { Service: "ecs-tasks.amazonaws.com" },
      Action: "sts:AssumeRole",
      Condition: {
        StringEquals: { "aws:SourceAccount": account },
        ArnLike: { "aws:SourceArn": `arn:${partition}:ecs:${region}:${account}:*` },
      },
    },
  ]);
}

/** Pulling images and writing logs. Source: AWS managed policy reference. */
export function executionPolicyArn(partition: string): string {
  return `arn:${partition}:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy`;
}

/**
 * Lets the agent read exactly the secrets that the service names, and decrypt with exactly the keys; undefined where it
 * names no secret. Keys that AWS manages need no permission. Source: ECS, "Task execution IAM role", required permissions.
 */
export function secretsPolicy(arns: readonly string[], keys: readonly string[] = []): string | undefined {
  const parameters = arns.filter((arn) => arn.split(":")[2] === "ssm");
  const secrets = arns.filter((arn) => arn.split(":")[2] === "secretsmanager").map(wholeSecret);
  const statements = [
    ...allow("secretsmanager:GetSecretValue", secrets),
    ...allow("ssm:GetParameters", parameters),
  ];
  return statements.length === 0 ? undefined : policy([...statements, ...allow("kms:Decrypt", keys)]);
}

/** Lets ECS Exec open its channel from a task. */
export const execPolicy = policy([{ Effect: "Allow", Action: execActions, Resource: "*" }]);

function policy(statements: object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

function allow(action: string, resources: readonly string[]): object[] {
  const unique = [...new Set(resources)].sort();
  return unique.length === 0 ? [] : [{ Effect: "Allow", Action: action, Resource: unique }];
}

/** Without the JSON key, stage and version that a task definition may add: `arn:...:secret:name-AbCdEf:key::`. */
function wholeSecret(arn: string): string {
  return arn.split(":").slice(0, 7).join(":");
}
