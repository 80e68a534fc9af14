import { describe, expect, it } from "vitest";
import { AwsError, type ServiceName } from "../../src/cloud.js";
import { diffInputs } from "../../src/provider/diff.js";
import { listenerRule } from "../../src/services/elbv2/types/listener-rule.js";
import type { ResourceType, Scope } from "../../src/resources/resource.js";
import { RecordedRows } from "../../src/resources/rows.js";
import {
  fromActions,
  fromConditions,
  toActions,
  toConditions,
} from "../../src/services/elbv2/types/routing.js";
import { service } from "../../src/services/ecs/types/service.js";
import { targetGroup } from "../../src/services/elbv2/types/target-group.js";
import { taskDefinition } from "../../src/services/ecs/types/task-definition.js";
import { Store } from "../../src/store.js";
import { temporaryFolder } from "../../../../test/harness/folder.js";

type Answer = (input: Record<string, unknown>, nth: number) => unknown;

/** An AWS of canned answers that remembers what it was asked. */
function scopeWith(answers: Record<string, Answer>) {
  const calls: { operation: string; input: Record<string, unknown> }[] = [];
  const scope: Scope = {
    site: { account: "111111111111", region: "us-east-1" },
    rows: new RecordedRows(Store.open(temporaryFolder())),
    wait: () => Promise.resolve(),
    async call<Output>(_service: ServiceName, operation: string, input: unknown) {
      const nth = calls.filter((call) => call.operation === operation).length + 1;
      calls.push({ operation, input: input as Record<string, unknown> });
      return (await answers[operation]?.(input as Record<string, unknown>, nth)) as Output;
    },
  };
  return { scope, calls };
}

describe("listener rule", () => {
  const listed = (priorities: (number | "default")[]) => ({
    Rules: priorities.map((priority) => ({ Priority: String(priority) })),
  });
  const inputs = { listenerArn: "arn:l", conditions: [], actions: [] };

  it("F16: without a priority it takes the next one, and another when that was taken meanwhile", async () => {
    const { scope, calls } = scopeWith({
      DescribeRules: (_input, nth) => listed(nth === 1 ? [1, 7, "default"] : [1, 7, 8, "default"]),
      CreateRule: (_input, nth) => {
        if (nth === 1) throw new AwsError("PriorityInUse", "Priority '8' is currently in use");
        return { Rules: [{ RuleArn: "arn:rule" }] };
      },
    });
    expect(await listenerRule.create(inputs, scope)).toEqual({ id: "arn:rule" });
    const asked = calls.filter(({ operation }) => operation === "CreateRule");
    expect(asked.map(({ input }) => input["Priority"])).toEqual([8, 9]);
  });

  it("F16: the lowest free one when the top of the range is taken", async () => {
    const { scope, calls } = scopeWith({
      DescribeRules: () => listed([1, 2, 4, 50_000]),
      CreateRule: () => ({ Rules: [{ RuleArn: "arn:rule" }] }),
    });
    await listenerRule.create(inputs, scope);
    expect(calls.at(-1)?.input["Priority"]).toBe(3);
  });

  it("a priority that the program gives is refused when it is taken", async () => {
    const { scope, calls } = scopeWith({
      CreateRule: () => {
        throw new AwsError("PriorityInUse", "Priority '5' is currently in use");
      },
    });
    await expect(listenerRule.create({ ...inputs, priority: 5 }, scope)).rejects.toMatchObject({
      code: "PriorityInUse",
    });
    expect(calls).toHaveLength(1);
  });
});

it("F18: a target group still in use is deleted as soon as it is free, and one that is gone is no error", async () => {
  const { scope, calls } = scopeWith({
    DeleteTargetGroup: (_input, nth) => {
      if (nth < 4)
        throw new AwsError("ResourceInUse", "Target group is currently in use by a listener or a rule");
      throw new AwsError("TargetGroupNotFound", "One or more target groups not found");
    },
  });
  await targetGroup.delete("arn:tg", {}, scope);
  expect(calls).toHaveLength(4);
});

describe("service", () => {
  const changed = (type: ResourceType, olds: object, news: object) => {
    const [before, after] = [olds as Record<string, unknown>, news as Record<string, unknown>];
    const replaces = new Set([...type.replaces, ...(type.replacesWhen?.(before, after) ?? [])]);
    return Object.fromEntries(
      [...diffInputs(before, after, replaces, type.same)].map(([path, { replace }]) => [path, replace]),
    );
  };
  const spot = [{ capacityProvider: "FARGATE_SPOT", weight: 1 }];
  const fargate = [{ capacityProvider: "FARGATE", weight: 1 }];

  it.each([
    [
      "another strategy with a forced deployment",
      { capacityProviderStrategies: spot, forceNewDeployment: true },
      { capacityProviderStrategies: fargate, forceNewDeployment: true },
      false,
    ],
    [
      "none any more, forced or not",
      { capacityProviderStrategies: spot, forceNewDeployment: true },
      { forceNewDeployment: true },
      true,
    ],
  ])("%s: replaced %s", (_what, olds, news, replaced) => {
    expect(Object.values(changed(service, olds, news))).toEqual([replaced]);
  });

  it("provider 1: another strategy without a forced deployment is refused at plan", () => {
    const plan = (olds: object, news: object) => service.plan?.({ ...olds }, { ...news });
    const [before, after] = [{ capacityProviderStrategies: spot }, { capacityProviderStrategies: fargate }];
    const words = "force_new_deployment should be true when capacity_provider_strategy is being updated";
    expect(() => plan(before, after)).toThrow(words);
    expect(() => plan(before, { ...after, forceNewDeployment: true })).not.toThrow();
    expect(() => plan(before, { capacityProviderStrategies: [{ ...spot[0], base: 0 }] })).not.toThrow();
  });

  it("a cluster by name and by ARN is the same cluster", () => {
    const arn = "arn:aws:ecs:us-east-1:111111111111:cluster/apps";
    expect(changed(service, { cluster: "apps" }, { cluster: arn })).toEqual({});
    expect(changed(service, { cluster: "other" }, { cluster: arn })).toEqual({ cluster: true });
  });

  it("an update sends what changed and nothing else, so an autoscaled count is left alone", async () => {
    const { scope, calls } = scopeWith({});
    const olds = { cluster: "apps", desiredCount: 2, taskDefinition: "web:1", deploymentMaximumPercent: 200 };
    await service.update("arn:svc", { ...olds, taskDefinition: "web:2" }, olds, scope);
    expect(calls).toEqual([
      { operation: "UpdateService", input: { cluster: "apps", service: "arn:svc", taskDefinition: "web:2" } },
    ]);
  });

  // terraform-provider-aws, internal/service/ecs/service.go, `retryServiceCreate`: roles are waited for, draining is not.
  it.each([
    ["Unable to Start a service that is still Draining.", 1],
    ["Unable to assume role and validate the listeners.", 3],
  ])("provider 7: creation is tried as often as the real provider tries: %s", async (message, tries) => {
    const { scope, calls } = scopeWith({
      CreateService: (_input, nth) => {
        if (nth < 3) throw new AwsError("InvalidParameterException", message);
        return { service: { serviceArn: "arn:svc" } };
      },
    });
    const created = service.create({ name: "web" }, scope).then(
      ({ id }) => id,
      (error: unknown) => (error as AwsError).message,
    );
    expect(await created).toBe(tries === 1 ? message : "arn:svc");
    expect(calls).toHaveLength(tries);
  });

  it("deletion scales down unless it is forced, and ends when the service is INACTIVE", async () => {
    const statuses = ["ACTIVE", "DRAINING", "INACTIVE"];
    const answers = {
      DescribeServices: (_input: unknown, nth: number) => ({ services: [{ status: statuses[nth - 1] }] }),
    };
    const gentle = scopeWith(answers);
    await service.delete("arn:svc", { cluster: "apps" }, gentle.scope);
    const operations = gentle.calls.map(({ operation }) => operation);
    expect(operations).toEqual([
      "DescribeServices",
      "UpdateService",
      "DeleteService",
      "DescribeServices",
      "DescribeServices",
    ]);
    const forced = scopeWith(answers);
    await service.delete("arn:svc", { cluster: "apps", forceDelete: true }, forced.scope);
    expect(forced.calls.map(({ operation }) => operation)).not.toContain("UpdateService");
  });
});

describe("task definition", () => {
  const same = (before: unknown, after: unknown) =>
    taskDefinition.same?.("containerDefinitions", JSON.stringify(before), JSON.stringify(after));

  it("what AWS fills in and reorders is no change", () => {
    const given = [
      {
        name: "web",
        environment: [
          { name: "B", value: "2" },
          { name: "A", value: "1" },
        ],
        portMappings: [{ containerPort: 80 }],
      },
    ];
    const described = [
      {
        name: "web",
        cpu: 0,
        essential: true,
        environment: [
          { name: "A", value: "1" },
          { name: "B", value: "2" },
        ],
        portMappings: [{ containerPort: 80, hostPort: 80, protocol: "tcp" }],
        mountPoints: [],
      },
    ];
    expect(same(given, described)).toBe(true);
    expect(same(given, [{ ...described[0], image: "other" }])).toBe(false);
  });

  it("is kept at destroy when it says so", async () => {
    const { scope, calls } = scopeWith({ DeregisterTaskDefinition: () => ({}) });
    await taskDefinition.delete("web", { arn: "arn:web:1", skipDestroy: true }, scope);
    expect(calls).toEqual([]);
    await taskDefinition.delete("web", { arn: "arn:web:1" }, scope);
    expect(calls).toHaveLength(1);
  });

  it("broken JSON is refused before anything is created", () => {
    expect(taskDefinition.check?.({ containerDefinitions: "[{" })).toHaveLength(1);
  });
});

it("actions and conditions survive the way to AWS and back", () => {
  const actions = [
    {
      type: "forward",
      forward: { targetGroups: [{ arn: "arn:t", weight: 1 }], stickiness: { enabled: true, duration: 60 } },
    },
    { type: "redirect", redirect: { statusCode: "HTTP_301", port: "443" } },
    { type: "fixed-response", fixedResponse: { contentType: "text/plain", statusCode: "404" } },
  ];
  expect(fromActions(toActions(actions))).toEqual(actions);
  const conditions = [
    { hostHeader: { values: ["a"] } },
    { httpHeader: { httpHeaderName: "X-A", values: ["1"] } },
    { queryStrings: [{ key: "q", value: "1" }] },
  ];
  expect(fromConditions(toConditions(conditions))).toEqual(conditions);
});

it("provider 9: a list that is left out below the top level differs from an empty one, as the real provider sees it", () => {
  const containers = (mount: object) =>
    JSON.stringify([
      {
        name: "web",
        image: "one",
        linuxParameters: { tmpfs: [{ containerPath: "/tmp", size: 64, ...mount }] },
      },
    ]);
  const same = (before: object, after: object) =>
    taskDefinition.same?.("containerDefinitions", containers(before), containers(after));
  expect(same({}, { mountOptions: [] })).toBe(false);
  expect(same({ mountOptions: ["rw"] }, { mountOptions: ["rw"] })).toBe(true);
});
