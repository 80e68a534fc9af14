import { describe, expect, it } from "vitest";
import { taskTrust } from "../../../../stacks/components/policies.js";
import { judgeTrust } from "../../../../src/features/inspect/verify/trust.js";

const taker = { partition: "aws", region: "eu-west-1", account: "111111111111" };

function policy(change: object): string {
  const Principal = { Service: "ecs-tasks.amazonaws.com" };
  const statement = { Effect: "Allow", Principal, Action: "sts:AssumeRole", ...change };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}

describe("whether a role trusts ECS's tasks", () => {
  const cases: [string, string, "OK" | "SKIP" | "NG"][] = [
    ["the policy that our own roles have", taskTrust("aws", "eu-west-1", "111111111111"), "OK"],
    ["our policy for another account", taskTrust("aws", "eu-west-1", "222222222222"), "NG"],
    ["our policy for another region", taskTrust("aws", "us-east-1", "111111111111"), "NG"],
    ["no condition", policy({}), "OK"],
    ["one statement instead of a list", policy({}).replace("[{", "{").replace("}]", "}"), "OK"],
    [
      "several services, any action of STS",
      policy({ Principal: { Service: ["x", "ecs-tasks.amazonaws.com"] }, Action: ["sts:*"] }),
      "OK",
    ],
    ["EC2 instead of tasks", policy({ Principal: { Service: "ec2.amazonaws.com" } }), "NG"],
    ["another action", policy({ Action: "sts:TagSession" }), "NG"],
    [
      "an account with wildcards",
      policy({ Condition: { StringLike: { "aws:SourceAccount": "1111*" } } }),
      "OK",
    ],
    ["any source", policy({ Condition: { ArnLike: { "aws:SourceArn": "*" } } }), "OK"],
    [
      "a condition that only AWS can judge",
      policy({ Condition: { StringEquals: { "aws:PrincipalTag/team": "a" } } }),
      "SKIP",
    ],
    ["a denial", policy({ Effect: "Deny" }), "SKIP"],
    ["no statement", JSON.stringify({ Version: "2012-10-17" }), "NG"],
    ["no JSON", "<xml/>", "SKIP"],
  ];
  it.each(cases)("%s", (_title, document, result) => expect(judgeTrust(document, taker).result).toBe(result));
});
