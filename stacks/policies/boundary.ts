/** ECS Exec's channel from a task; they take no resource. Source: ECS, "Task IAM role", ECS Exec permissions. */
export const execActions = [
  "ssmmessages:CreateControlChannel",
  "ssmmessages:CreateDataChannel",
  "ssmmessages:OpenControlChannel",
  "ssmmessages:OpenDataChannel",
];

/**
 * The most that a task's role can be given, whoever writes its policies: anything but what would widen its own rights,
 * read or change Pulumi's state, or leave the account's audit trail.
 */
export function boundary({
  partition,
  bucket,
  key,
}: {
  partition: string;
  bucket?: string;
  key?: string;
}): string {
  const state =
    bucket === undefined ? [] : [`arn:${partition}:s3:::${bucket}`, `arn:${partition}:s3:::${bucket}/*`];
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Sid: "Work", Effect: "Allow", Action: "*", Resource: "*" },
      {
        Sid: "NotItsOwnRights",
        Effect: "Deny",
        Action: ["iam:*", "organizations:*", "account:*", "sts:AssumeRoleWithWebIdentity", "cloudtrail:*"],
        Resource: "*",
      },
      ...(state.length === 0 ? [] : [{ Sid: "NotTheState", Effect: "Deny", Action: "*", Resource: state }]),
      ...(key === undefined ? [] : [{ Sid: "NotItsKey", Effect: "Deny", Action: "kms:*", ...known(key) }]),
    ],
  });
}

function known(key: string): object {
  if (!key.startsWith("alias/")) return { Resource: key };
  return {
    Resource: "*",
    Condition: { "ForAnyValue:StringEquals": { "kms:ResourceAliases": key } },
  };
}
