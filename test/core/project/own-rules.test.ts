import { expect, it } from "vitest";
import { bounds } from "../../../src/core/bounds.js";
import { ownProgramMs } from "../../../src/core/project/own-limits.js";
import { parseFoundationConfig } from "../../../src/core/project/foundation.js";
import { resourcesPolicy } from "../../../stacks/policies/resources.js";

const whose = { project: "hello", stack: "foundation-dev" };

function mistakes(settings: Record<string, unknown>): string {
  const raw = { "moorage:app": "hello", "moorage:listener": { protocol: "HTTP" }, ...settings };
  try {
    parseFoundationConfig(raw, "test", undefined, whose);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

const one = (action: string, resource: string) => [{ actions: [action], resources: [resource] }];

it.each([
  ["a queue of previews", { resources: one("sqs:*", "arn:aws:sqs:*:*:hello-pr-*") }, ""],
  ["what only reads", { resources: one("sqs:ListQueues", "*") }, ""],
  ["everybody's", { resources: one("sqs:*", "*") }, "must be those of previews"],
  ["an environment's", { resources: one("sqs:*", "arn:aws:sqs:*:*:hello-*") }, "must be those of previews"],
  [
    "another app's",
    { resources: one("sqs:*", "arn:aws:sqs:*:*:my-hello-pr-*") },
    "must be those of previews",
  ],
  ["rights", { resources: one("iam:CreateRole", "arn:aws:iam::*:role/hello-pr-*") }, "must give no rights"],
  ["no type", { types: ["queue"] }, "a type of resource"],
])("16.2: of previews a foundation takes %s as it should", (_what, previews, message) => {
  const found = mistakes({ "moorage:previews": previews });
  if (message === "") expect(found).toBe("");
  else expect(found).toContain(message);
  if (message.startsWith("must")) {
    const apps = [
      { app: "api", previews: JSON.parse(JSON.stringify(previews).replaceAll("hello", "api")) as object },
    ];
    expect(mistakes({ "moorage:apps": apps, "moorage:github": { repository: "acme/hello" } })).toContain(
      message,
    );
  }
});

it("16.2: the program's own bound is the one that is told", () => {
  expect(ownProgramMs).toBe(bounds.ownProgram);
});

it("16.2: roles that deploy get no rights either, and nobody else gets what they do", () => {
  expect(mistakes({ "moorage:resources": one("sts:AssumeRole", "*") })).toContain("must give no rights");
  const resources = one("sqs:CreateQueue", "arn:aws:sqs:*:*:hello-*");
  const allowance = { resources, previews: { resources: [] } };
  expect(resourcesPolicy("deploy", allowance)?.Statement).toEqual([
    { Effect: "Allow", Action: ["sqs:CreateQueue"], Resource: ["arn:aws:sqs:*:*:hello-*"] },
  ]);
  for (const access of ["preview", "build", "plan", "infra"] as const) {
    expect(resourcesPolicy(access, allowance)).toBeUndefined();
  }
  const long = Array.from({ length: 200 }, (_, index) =>
    one("sqs:*", `arn:aws:sqs:*:*:queue-${index}`),
  ).flat();
  expect(() => resourcesPolicy("deploy", { ...allowance, resources: long })).toThrow(RangeError);
});
