import { describe, expect, it } from "vitest";
import { parseConfig } from "../../src/core/project/parse.js";
import { account, foundation, oneService, run } from "./program.js";

const queue = `arn:aws:sqs:us-east-1:${account}:orders`;
const bounded = { ...foundation, permissionsBoundary: `arn:aws:iam::${account}:policy/tasks` };
const send = { actions: ["sqs:SendMessage"], resources: [queue] };
const sqs = { Statement: [{ Effect: "Allow", Action: "sqs:*", Resource: queue }] };
const rolePolicy = "aws:iam/rolePolicy:RolePolicy";

function declare(
  settings: object,
  { stack = "dev", boundary = sqs, ...changes }: Record<string, unknown> = {},
) {
  const services = { web: { repository: "hello", port: 8080, ...settings } };
  const config = oneService({ "moorage:foundation": bounded, "moorage:services": services, ...changes });
  return run({ stack: String(stack), config, boundary: boundary as object });
}

describe("16.1: inline statements", () => {
  it("are a policy of the task's role, sorted, and start no task before they are in force", async () => {
    const more = { actions: ["sqs:SendMessage", "sqs:GetQueueUrl"], resources: [queue] };
    const { find } = await declare({ statements: [more] });
    expect(JSON.parse(String(find(rolePolicy, "web-statements")["policy"]))).toEqual({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: ["sqs:GetQueueUrl", "sqs:SendMessage"], Resource: [queue] }],
    });
  });

  it("of a job stand in place of its service's", async () => {
    const jobs = {
      tidy: { service: "web", command: ["tidy"], statements: [] },
      send: { service: "web", command: ["send"] },
    };
    const { declared } = await declare({ statements: [send] }, { "moorage:jobs": jobs });
    const stated = declared.filter(({ type, name }) => type === rolePolicy && name.endsWith("-statements"));
    expect(stated.map(({ name }) => name)).toEqual(["web-statements", "send-statements"]);
  });

  it("that the boundary would cut are refused before anything is declared, all of them", async () => {
    const statements = [{ actions: ["sns:Publish", "s3:GetObject"], resources: ["*"] }];
    await expect(declare({ statements })).rejects.toThrow(
      /moorage:services\.web: sns:Publish on \*: it does not allow that, in arn:aws:iam::111111111111:policy\/tasks\n.*s3:GetObject/,
    );
  });

  it("of another partition are refused", async () => {
    const statements = [{ ...send, resources: [queue.replace("arn:aws:", "arn:aws-cn:")] }];
    const allowed = { Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };
    await expect(declare({ statements }, { boundary: allowed })).rejects.toThrow(
      /aws-cn:sqs.* in another partition/,
    );
  });

  it("of previews must be within the role of all previews, and make no policy", async () => {
    const preview = (statements: object[] | undefined) =>
      declare(
        { statements: [send] },
        {
          stack: "pr-42",
          "moorage:foundation": { ...foundation, previewRoles: { ...foundation.previewRoles, statements } },
        },
      );
    const { declared } = await preview([{ actions: ["sqs:*"], resources: [`${queue}*`] }]);
    expect(declared.filter(({ type }) => type === rolePolicy)).toEqual([]);
    await expect(preview(undefined)).rejects.toThrow(
      /moorage:services\.web\.statements: sqs:SendMessage on .*orders\n.*role of previews' tasks allows none/s,
    );
  });

  it.each([
    ["no action", { ...send, actions: [] }, /statements\.0\.actions: must name at least one/],
    [
      "an action of no service",
      { ...send, actions: ["SendMessage"] },
      /statements\.0\.actions\.0: .*must be an action/,
    ],
    ["all of IAM's actions", { ...send, actions: ["*"] }, /must be an action of a service/],
    ["a name for an ARN", { ...send, resources: ["orders"] }, /must be an ARN/],
    [
      "IAM's own words",
      { Action: "sqs:*", Resource: "*" },
      /"Action" is not a setting \(did you mean "actions"/,
    ],
    [
      "a condition without operator",
      { ...send, conditions: { "aws:SourceVpc": "vpc-1" } },
      /must be an operator/,
    ],
    [
      "too many",
      { ...send, resources: Array.from({ length: 300 }, (_, at) => `${queue}-${at}`) },
      /fit on a role/,
    ],
  ])("with %s are a mistake", (_what, statement, message) => {
    const services = { web: { repository: "hello", port: 8080, statements: [statement] } };
    expect(() => parseConfig(oneService({ "moorage:services": services }), "test")).toThrow(message);
  });
});
