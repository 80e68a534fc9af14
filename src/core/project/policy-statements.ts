import { z } from "zod";
import { orReference } from "./references.js";
import { type Report, rule } from "./rule.js";
import { strict, textMatching } from "./values.js";

const texts = (item: z.ZodType<string>, what: string) =>
  z
    .array(item, { error: `must be a list of ${what}` })
    .min(1, { error: `must name at least one of ${what}` });

const action = textMatching(
  /^[a-z0-9-]+:[A-Za-z0-9*?]+$/,
  "an action of a service, such as sqs:SendMessage or s3:Get*",
);

const resource = textMatching(/^(\*|arn:[^\s]+)$/, "an ARN, with IAM's * and ?, or *");

const conditionValue = z.union([z.string(), z.number(), z.boolean()]).transform(String);

/** Operator, key, values. Source: IAM, "JSON policy elements: Condition". */
const conditions = z.record(
  textMatching(
    /^((ForAnyValue|ForAllValues):)?[A-Z][A-Za-z]+$/,
    "an operator of IAM's conditions, such as StringEquals",
  ),
  z.record(
    textMatching(/^[A-Za-z0-9-]+:[^\s]+$/, "a condition key, such as aws:SourceVpc"),
    z.union([conditionValue, z.array(conditionValue).min(1)], { error: "must be text or a list of texts" }),
    { error: "must map condition keys to values" },
  ),
  { error: "must map operators to condition keys and their values" },
);

/** What a role allows: actions on resources, under conditions that all must hold. */
function statementsOf(arn: z.ZodType<string>) {
  const statement = strict({
    actions: texts(action, "actions"),
    resources: texts(arn, "ARNs"),
    conditions: conditions.optional(),
  });
  return z.array(statement, { error: "must be a list of { actions, resources, conditions }" });
}

/** A foundation's: all of it is written there. */
export const policyStatements = statementsOf(resource);

/** A service's or a job's, which may name resources by reference. */
export const statedStatements = statementsOf(orReference(resource));

export type PolicyStatement = z.infer<typeof policyStatements>[number];

/** A statement as IAM takes it. */
export interface AllowStatement {
  Effect: "Allow";
  Action: string[];
  Resource: string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

/** Sorted: the order of a list means nothing to IAM, and another one would be a change. */
export function allowStatement({
  actions,
  resources,
  conditions: Condition,
}: PolicyStatement): AllowStatement {
  return {
    Effect: "Allow",
    Action: [...new Set(actions)].sort(),
    Resource: [...new Set(resources)].sort(),
    ...(Condition && { Condition }),
  };
}

/** Undefined where nothing is stated. */
export function statementsPolicy(statements: readonly PolicyStatement[]): string | undefined {
  if (statements.length === 0) return undefined;
  return JSON.stringify({ Version: "2012-10-17", Statement: statements.map(allowStatement) });
}

/** Source: IAM, "IAM and AWS STS quotas": 10,240 characters of a role's inline policies together; a shell's take the rest. */
export const mostStatementCharacters = 9_900;

/** What a service's or a job's statements must agree on. */
export const statementRules = [
  rule({ statements: policyStatements }, ({ statements }, report: Report) => {
    const length = statementsPolicy(statements)?.length ?? 0;
    if (length <= mostStatementCharacters) return;
    report(
      ["statements"],
      `makes a policy of ${length} characters, and ${mostStatementCharacters} fit on a role: use patterns, or a managed policy in \`policies\``,
    );
  }),
];
