import { describe, expect, it } from "vitest";
import { cutByLimit } from "../../../src/core/project/permission-boundary.js";
import { boundary } from "../../../stacks/policies/boundary.js";

const account = "111111111111";
const queue = `arn:aws:sqs:us-east-1:${account}:orders`;
const role = `arn:aws:iam::${account}:role/hello-web-task-dev`;
const limit = boundary({
  partition: "aws",
  region: "us-east-1",
  account,
  app: "hello",
  environment: "dev",
  logs: "/ecs",
  bucket: "state",
  tasks: {
    secrets: [],
    parameters: [],
    statements: [{ actions: ["sqs:*", "s3:Get*"], resources: [queue, "arn:aws:s3:::*"] }],
  },
});

const cut = (actions: string[], resources: string[], policy = limit, conditions?: Conditions) =>
  cutByLimit([{ actions, resources, ...(conditions && { conditions }) }], policy, role).map(
    ({ action, resource, why }) => `${action} ${resource}: ${why}`,
  );

type Conditions = Record<string, Record<string, string | string[]>>;

const policy = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });

describe("16.1: statements against the boundary that Moorage makes", () => {
  it.each([
    [["sqs:SendMessage"], [queue]],
    [["SQS:sendmessage".toLowerCase()], [queue]],
    [["sqs:Send*"], [queue]],
    [["s3:GetObject"], ["arn:aws:s3:::uploads/*"]],
    [["ssmmessages:OpenDataChannel"], ["*"]],
    [["secretsmanager:GetSecretValue"], [`arn:aws:secretsmanager:us-east-1:${account}:secret:hello/dev/*`]],
  ])("leaves %j on %j", (actions, resources) => {
    expect(cut(actions, resources)).toEqual([]);
  });

  it.each([
    ["an action that is not listed", ["sqs:SendMessage", "sns:Publish"], [queue], /^sns:Publish/],
    ["a wider pattern than is listed", ["s3:*"], ["arn:aws:s3:::uploads/*"], /^s3:\*/],
    ["another resource", ["sqs:SendMessage"], [`${queue}-dead`], /orders-dead: it does not allow that/],
    ["every resource", ["sqs:SendMessage"], ["*"], /does not allow/],
    ["rights of its own", ["iam:PassRole"], ["*"], /it denies that \(NotItsOwnRights\)/],
    ["Pulumi's state", ["s3:GetObject"], ["arn:aws:s3:::state/*"], /it denies that \(NotTheState\)/],
    ["what starts jobs, which is another role's", ["ecs:RunTask"], ["*"], /does not allow/],
    ["what is allowed under a condition alone", ["kms:Decrypt"], ["*"], /does not allow/],
    [
      "another environment's secret",
      ["secretsmanager:GetSecretValue"],
      [`arn:aws:secretsmanager:us-east-1:${account}:secret:hello/prod/db-AbCdEf`],
      /does not allow/,
    ],
  ])("leaves nothing of %s", (_what, actions, resources, why) => {
    expect(cut(actions, resources)).toEqual([expect.stringMatching(why)]);
  });

  it("leaves what states the same condition", () => {
    const conditions = { StringLike: { "kms:ViaService": ["secretsmanager.*", "ssm.*"] } };
    expect(cut(["kms:Decrypt"], ["*"], limit, conditions)).toEqual([]);
  });
});

describe("16.1: statements against a boundary of one's own", () => {
  it.each([
    ["everything but", policy({ Effect: "Allow", NotAction: "iam:*", Resource: "*" }), []],
    [
      "everything but what is asked",
      policy({ Effect: "Allow", NotAction: "sqs:Se?d*", Resource: "*" }),
      [`sqs:SendMessage ${queue}: it does not allow that`],
    ],
    [
      "a denial of all other resources",
      policy(
        { Effect: "Allow", Action: "*", Resource: "*" },
        { Effect: "Deny", Action: "sqs:*", NotResource: "arn:aws:sqs:*:*:other" },
      ),
      [`sqs:SendMessage ${queue}: it denies that`],
    ],
    ["one statement that is no list", '{"Statement":{"Effect":"Allow","Action":"sqs:*","Resource":"*"}}', []],
    [
      "a denial to other roles",
      policy(
        { Effect: "Allow", Action: "*", Resource: "*" },
        {
          Effect: "Deny",
          Action: "sqs:*",
          Resource: "*",
          Condition: { ArnNotLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/hello-*" } },
        },
      ),
      [],
    ],
    [
      "a denial under a condition",
      policy(
        { Effect: "Allow", Action: "*", Resource: "*" },
        {
          Effect: "Deny",
          Action: "sqs:*",
          Resource: "*",
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ),
      [],
    ],
    ["nothing", "{}", [`sqs:SendMessage ${queue}: it does not allow that`]],
  ])("%s", (_what, document, expected) => {
    expect(cut(["sqs:SendMessage"], [queue], document)).toEqual(expected);
  });
});
