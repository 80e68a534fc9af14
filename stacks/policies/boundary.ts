/** ECS Exec's channel from a task; they take no resource. Source: ECS, "Task IAM role", ECS Exec permissions. */
export const execActions = [
  "ssmmessages:CreateControlChannel",
  "ssmmessages:CreateDataChannel",
  "ssmmessages:OpenControlChannel",
  "ssmmessages:OpenDataChannel",
];

/** What a foundation lets the tasks of its environments have. */
export interface TaskAllowance {
  /** Names in Secrets Manager and in Parameter Store, beside those below the app's own prefix. */
  secrets: readonly string[];
  parameters: readonly string[];
  /** What managed policies and the app's code may come to at most. */
  statements: readonly { actions: readonly string[]; resources: readonly string[] }[];
}

export interface BoundaryScope {
  partition: string;
  bucket?: string;
  /** ARN, or `alias/...`. */
  key?: string;
  region?: string;
  account?: string;
  app?: string;
  /** `moorage:logGroupPrefix`. */
  logs?: string;
  tasks?: TaskAllowance;
}

/**
 * The most that a task's role can be given, whoever writes its policies: to be started, to read the app's own secrets, and what
 * the foundation's configuration lists. Never rights of its own, another role, or Pulumi's state.
 */
export function boundary(scope: BoundaryScope): string {
  const { partition, bucket, key, tasks } = scope;
  const state =
    bucket === undefined ? [] : [`arn:${partition}:s3:::${bucket}`, `arn:${partition}:s3:::${bucket}/*`];
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      ...startStatements(scope),
      ...(tasks?.statements ?? []).map(({ actions, resources }) => ({
        Effect: "Allow",
        Action: actions,
        Resource: resources,
      })),
      {
        Sid: "NotItsOwnRights",
        Effect: "Deny",
        Action: ["iam:*", "organizations:*", "account:*", "sts:AssumeRole*", "cloudtrail:*"],
        Resource: "*",
      },
      ...(state.length === 0 ? [] : [{ Sid: "NotTheState", Effect: "Deny", Action: "*", Resource: state }]),
      ...(key === undefined ? [] : [{ Sid: "NotItsKey", Effect: "Deny", Action: "kms:*", ...known(key) }]),
    ],
  });
}

/** What every task needs to start, to write its log, to read its secrets and to be looked into. */
function startStatements({
  partition,
  region = "*",
  account = "*",
  app,
  logs = "",
  tasks = { secrets: [], parameters: [], statements: [] },
}: BoundaryScope): object[] {
  const arn = (service: string, resource: string) =>
    `arn:${partition}:${service}:${region}:${account}:${resource}`;
  const own = app === undefined ? [] : [`${app}/*`];
  const secrets = [...own, ...tasks.secrets].map((name) =>
    arn("secretsmanager", `secret:${name}${name.endsWith("*") ? "" : "-??????"}`),
  );
  const parameters = [...own, ...tasks.parameters].map((name) =>
    arn("ssm", `parameter/${name.replace(/^\//, "")}`),
  );
  const allow = (Action: readonly string[], Resource: readonly string[], Condition?: object) =>
    Resource.length === 0 ? [] : [{ Effect: "Allow", Action, Resource, ...(Condition && { Condition }) }];
  return [
    ...allow(
      [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:GetAuthorizationToken",
        "ecr:GetDownloadUrlForLayer",
        ...execActions,
      ],
      ["*"],
    ),
    ...allow(["logs:CreateLogStream", "logs:PutLogEvents"], [arn("logs", `log-group:${logs}/*`)]),
    ...allow(["secretsmanager:GetSecretValue"], secrets),
    ...allow(["ssm:GetParameters"], parameters),
    ...allow(["kms:Decrypt"], ["*"], {
      StringLike: { "kms:ViaService": ["secretsmanager.*", "ssm.*"] },
    }),
  ];
}

function known(key: string): object {
  if (!key.startsWith("alias/")) return { Resource: key };
  return {
    Resource: "*",
    Condition: { "ForAnyValue:StringEquals": { "kms:ResourceAliases": key } },
  };
}
