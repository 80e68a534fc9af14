import { expect, it } from "vitest";
import { policyDocument } from "../../src/provider/policy-document.js";

it("writes IAM's JSON: single values unwrapped, conditions merged by test", () => {
  const { json } = policyDocument({
    statements: [
      {
        sid: "A",
        actions: ["s3:Put", "s3:Get"],
        resources: ["*"],
        principals: [{ type: "Service", identifiers: ["ecs-tasks.amazonaws.com"] }],
        conditions: [
          { test: "StringEquals", variable: "aws:SourceAccount", values: ["1"] },
          { test: "StringEquals", variable: "aws:Other", values: ["2", "3"] },
        ],
      },
    ],
  });
  expect(JSON.parse(String(json))).toEqual({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "A",
        Effect: "Allow",
        Action: ["s3:Get", "s3:Put"],
        Resource: "*",
        Principal: { Service: "ecs-tasks.amazonaws.com" },
        Condition: { StringEquals: { "aws:SourceAccount": "1", "aws:Other": ["2", "3"] } },
      },
    ],
  });
});

it("anybody is a star", () => {
  const { json } = policyDocument({
    statements: [{ effect: "Deny", actions: ["a:b"], principals: [{ type: "*", identifiers: ["*"] }] }],
  });
  expect(JSON.parse(String(json))).toMatchObject({ Statement: [{ Effect: "Deny", Principal: "*" }] });
});
