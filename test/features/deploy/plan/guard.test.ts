import { expect, it } from "vitest";
import {
  type GuardedStep,
  planOutages,
  planRefusals,
  planWarnings,
} from "../../../../src/features/deploy/plan/guard.js";

const step = (operation: GuardedStep["operation"], rest: Partial<GuardedStep> = {}): GuardedStep => ({
  operation,
  type: "aws:ecs/service:Service",
  name: "web",
  protected: false,
  replacedBy: [],
  ...rest,
});
const group = { type: "aws:lb/targetGroup:TargetGroup" };

it.each([
  ["aws:s3/bucket:Bucket", "delete", "Bucket files keeps data, and the plan would delete it."],
  [
    "aws:dynamodb/table:Table",
    "replace",
    "Table files keeps data, and the plan would replace it (because of hashKey).",
  ],
  ["aws:rds/cluster:Cluster", "delete", "Cluster files keeps data, and the plan would delete it."],
] as const)("16.2: a plan that takes away %s (%s) is refused", (type, operation, message) => {
  expect(planRefusals([step(operation, { type, name: "files", replacedBy: ["hashKey"] })])).toEqual([
    message,
  ]);
});

it.each([
  ["aws:s3/bucket:Bucket", "update"],
  ["aws:s3/bucketPolicy:BucketPolicy", "delete"],
  ["aws:dynamodb/tableItem:TableItem", "delete"],
  ["aws:sqs/queue:Queue", "replace"],
] as const)("16.2: a plan may change %s (%s)", (type, operation) => {
  expect(planRefusals([step(operation, { type })])).toEqual([]);
});

it.each<[string, GuardedStep]>([
  ["creates", step("create", { protected: true })],
  ["updates what is protected", step("update", { protected: true })],
  ["deletes a service that is not configured any more", step("delete")],
  ["replaces a task definition", step("replace", { type: "aws:ecs/taskDefinition:TaskDefinition" })],
  ["replaces a target group", step("replace", group)],
])("a plan that %s is carried out", (_title, planned) => {
  expect(planRefusals([planned])).toEqual([]);
});

it.each<[string, GuardedStep, RegExp]>([
  [
    "deletes what is protected",
    step("delete", { ...group, protected: true }),
    /TargetGroup web is protected/,
  ],
  ["replaces what is protected", step("replace", { ...group, protected: true }), /would replace it/],
  [
    "takes a service's capacity provider strategy away",
    step("replace", { replacedBy: ["capacityProviderStrategies"] }),
    /an outage: capacityProviderStrategies cannot be changed in place/,
  ],
  [
    "replaces a service for another reason",
    step("replace", { replacedBy: ["cluster"] }),
    /an outage: cluster cannot be changed in place/,
  ],
])("a plan that %s is refused", (_title, planned, words) => {
  expect(planRefusals([step("update"), planned]).join()).toMatch(words);
});

it("provider 15: a target group that is replaced is an outage that the plan names", () => {
  const replaced = step("replace", { ...group, name: "web-targets", replacedBy: ["name", "protocol"] });
  expect(planWarnings([step("update"), replaced])).toEqual([
    "The target group web-targets is replaced (protocol): requests are answered with 503 until the new tasks are healthy.",
  ]);
  expect(planOutages([step("update"), replaced])).toHaveLength(1);
});

it("provider 14: one that is replaced on another load balancer is no outage of its protocol", () => {
  const moved = step("replace", { ...group, name: "web-targets", replacedBy: ["name", "vpcId"] });
  expect(planWarnings([moved])).toHaveLength(1);
  expect(planOutages([moved])).toEqual([]);
});
