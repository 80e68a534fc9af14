import { expect, it, onTestFinished } from "vitest";
import { temporaryFolder } from "../../../../../test/harness/folder.js";
import { Cloud, type Operation, type Site } from "../../../src/cloud.js";
import type { Properties } from "../../../src/provider/values.js";
import { RecordedRows } from "../../../src/resources/rows.js";
import { createCloudWatch } from "../../../src/services/cloudwatch/cloudwatch.js";
import { Measurements } from "../../../src/services/cloudwatch/metrics.js";
import { Scaler } from "../../../src/services/autoscaling/scaler.js";
import { Queues } from "../../../src/services/sqs/queues.js";
import { createClock } from "../../../src/services/scheduler/clock.js";
import { Store } from "../../../src/store.js";

const site: Site = { account: "111111111111", region: "us-east-1" };
const resourceId = "service/dev/hello-web-dev";
const group = "arn:aws:elasticloadbalancing:us-east-1:111111111111:targetgroup/web/0123";
const place = { serviceNamespace: "ecs", scalableDimension: "ecs:service:DesiredCount", resourceId };
const hour = 60;

/** Application Auto Scaling over one ECS service whose tasks are there at once, on a clock that stands. */
function bench(bounds: { min: number; max: number }, desired: number) {
  const store = Store.open(temporaryFolder());
  onTestFinished(() => store.flush());
  const rows = new RecordedRows(store);
  const service = {
    status: "ACTIVE",
    desiredCount: desired,
    runningCount: desired,
    rolloutState: "COMPLETED",
  };
  const operations: Record<string, Operation> = {
    DescribeServices: () => ({
      services: [
        {
          ...service,
          loadBalancers: [{ targetGroupArn: group }],
          deployments: [{ rolloutState: service.rolloutState }],
        },
      ],
    }),
    UpdateService: ({ desiredCount }: { desiredCount: number }) => {
      Object.assign(service, { desiredCount, runningCount: desiredCount });
    },
  };
  const health = () => ({
    TargetHealthDescriptions: Array.from({ length: service.runningCount }, () => ({
      TargetHealth: { State: "healthy" },
    })),
  });
  const elbv2 = { operations: { DescribeTargetHealth: health } };
  const own = new Cloud({ ecs: { operations }, elbv2, cloudwatch: createCloudWatch(rows) });
  const queues = new Queues(store);
  const measurements = new Measurements(queues);
  const clock = createClock(store, () => Date.parse("2026-02-02T00:00:00Z"));
  const scaler = new Scaler({ store, rows, measurements, clock, pace: { factor: 1 }, own: () => own });
  const put = (type: string, id: string, properties: Properties) => {
    rows.put({ type, id, site, properties });
  };
  put("appautoscaling/target", "target", { ...place, minCapacity: bounds.min, maxCapacity: bounds.max });
  const after = async (minutes: number) => {
    clock.advance(minutes * 60_000);
    await scaler.pass(minutes);
    return service.desiredCount;
  };
  /** Minute by minute, so that tasks are there before the next one. */
  const each = async (minutes: number) => {
    for (let passed = 0; passed < minutes; passed++) await after(1);
    return service.desiredCount;
  };
  const tracking = (name: string, configuration: Properties) => {
    put("appautoscaling/policy", name, {
      ...place,
      name,
      policyType: "TargetTrackingScaling",
      targetTrackingScalingPolicyConfiguration: configuration,
    });
  };
  const stepping = (name: string, steps: Properties[], alarm: Properties) => {
    const arn = `arn:policy:${name}`;
    put("appautoscaling/policy", name, {
      ...place,
      name,
      arn,
      policyType: "StepScaling",
      stepScalingPolicyConfiguration: { stepAdjustments: steps },
    });
    put("cloudwatch/metricAlarm", name, { name, arn: `arn:alarm:${name}`, alarmActions: [arn], ...alarm });
  };
  const causes = async () => {
    const { ScalingActivities } = ((await scaler.operations["DescribeScalingActivities"]?.(
      { ResourceId: resourceId } as never,
      site,
    )) ?? {}) as { ScalingActivities: { Cause: string; Description: string }[] };
    return ScalingActivities.map(({ Cause, Description }) => `${Description} ${Cause}`);
  };
  return { service, measurements, queues, after, each, put, tracking, stepping, causes, own };
}

const sqs = (which: string) => ({
  namespace: "AWS/SQS",
  metricName: `ApproximateNumberOfMessages${which}`,
  dimensions: { QueueName: "jobs" },
  stat: "Maximum",
});
const tasks = {
  namespace: "AWS/ECS",
  metricName: "CPUUtilization",
  dimensions: { ClusterName: "dev", ServiceName: "hello-web-dev" },
  stat: "SampleCount",
};
const listed = ({ dimensions, ...metric }: typeof tasks | ReturnType<typeof sqs>) => ({
  stat: metric.stat,
  metric: { ...metric, dimensions: Object.entries(dimensions).map(([name, value]) => ({ name, value })) },
});

/** What the program declares of `queue: { name: jobs, perTask: 10 }` with `min: 0`. */
function perTask({ tracking, stepping }: ReturnType<typeof bench>): void {
  tracking("queue", {
    targetValue: 10,
    customizedMetricSpecification: {
      metrics: [
        { id: "waiting", metricStat: listed(sqs("Visible")) },
        { id: "working", metricStat: listed(sqs("NotVisible")) },
        { id: "tasks", metricStat: listed(tasks) },
        { id: "backlog", expression: "(waiting + working) / tasks", returnData: true },
      ],
    },
  });
  stepping("queue-wake", [{ metricIntervalLowerBound: "0", scalingAdjustment: 1 }], {
    comparisonOperator: "GreaterThanOrEqualToThreshold",
    threshold: 1,
    evaluationPeriods: 1,
    metricQueries: [
      { id: "waiting", metric: sqs("Visible") },
      { id: "tasks", metric: tasks },
      {
        id: "asleep",
        expression: "IF(SUM([waiting * 0, FILL(tasks, 0)]) > 0, 0, waiting)",
        returnData: true,
      },
    ],
  });
}

it("issue 15.5: a queue that grows wakes a service at 0 and takes it to its maximum; one that is empty takes it back to 0", async () => {
  const all = bench({ min: 0, max: 5 }, 0);
  const { queues, each, causes } = all;
  perTask(all);
  expect(await each(5)).toBe(0);
  queues.set("jobs", { waiting: 1, inWork: 0 });
  expect(await each(1)).toBe(1);
  queues.set("jobs", { waiting: 100, inWork: 0 });
  expect(await each(3)).toBe(5);
  queues.set("jobs", { waiting: 0, inWork: 1 });
  expect(await each(14)).toBe(5);
  expect(await each(1)).toBe(4);
  queues.set("jobs", { waiting: 0, inWork: 0 });
  expect(await each(hour)).toBe(0);
  expect((await causes()).slice(-2)).toEqual([
    "Setting desired count to 5. monitor alarm in state ALARM triggered policy queue",
    "Setting desired count to 1. monitor alarm in state ALARM triggered policy queue-wake",
  ]);
});

it("issue 15.5: a task that runs is not joined by others for each minute in which a few messages wait", async () => {
  const all = bench({ min: 0, max: 5 }, 0);
  perTask(all);
  all.queues.set("jobs", { waiting: 8, inWork: 0 });
  expect(await all.each(hour)).toBe(1);
});

it("issue 15.5: scaling in waits for its cooldown, scaling out counts what is on its way", async () => {
  const all = bench({ min: 1, max: 10 }, 4);
  all.stepping("in", [{ metricIntervalUpperBound: "0", scalingAdjustment: -1 }], {
    ...{ comparisonOperator: "LessThanOrEqualToThreshold", threshold: 0, evaluationPeriods: 1 },
    metricQueries: [{ id: "waiting", metric: sqs("Visible") }],
  });
  all.stepping("out", [{ metricIntervalLowerBound: "0", scalingAdjustment: 2 }], {
    ...{ comparisonOperator: "GreaterThanOrEqualToThreshold", threshold: 5, evaluationPeriods: 1 },
    metricQueries: [{ id: "waiting", metric: sqs("Visible") }],
  });
  all.queues.set("jobs", { waiting: 0, inWork: 0 });
  expect(await all.each(1)).toBe(3);
  expect(await all.each(4)).toBe(3);
  expect(await all.each(1)).toBe(2);
  all.queues.set("jobs", { waiting: 9, inWork: 0 });
  expect(await all.each(1)).toBe(4);
  expect(await all.each(4)).toBe(4);
  expect(await all.each(1)).toBe(6);
});

it("issue 15.5: nothing is scaled in while a deployment runs, and out all the same", async () => {
  const all = bench({ min: 0, max: 5 }, 2);
  perTask(all);
  all.service.rolloutState = "IN_PROGRESS";
  all.queues.set("jobs", { waiting: 0, inWork: 0 });
  expect(await all.each(hour)).toBe(2);
  all.queues.set("jobs", { waiting: 40, inWork: 0 });
  expect(await all.each(3)).toBe(4);
  all.service.rolloutState = "COMPLETED";
  all.queues.set("jobs", { waiting: 0, inWork: 0 });
  expect(await all.each(15)).toBe(3);
});

it("issue 15.5: response times and requests are those that the load balancer has counted", async () => {
  const all = bench({ min: 1, max: 9 }, 1);
  all.tracking("response-time", {
    targetValue: 1,
    customizedMetricSpecification: {
      namespace: "AWS/ApplicationELB",
      metricName: "TargetResponseTime",
      statistic: "Average",
      dimensions: [{ name: "TargetGroup", value: "targetgroup/web/0123" }],
    },
  });
  const busy = async (minutes: number, ms: number) => {
    for (let passed = 0; passed < minutes; passed++) {
      all.measurements.answered(group, ms);
      await all.each(1);
    }
    return all.service.desiredCount;
  };
  expect(await busy(2, 3_000)).toBe(1);
  expect(await busy(1, 3_000)).toBe(3);
  // Nobody asks: nothing is measured, and nothing is scaled.
  expect(await all.each(hour)).toBe(3);
  expect(await busy(15, 100)).toBe(2);
});

it("issue 15.5: schedules set the bounds, in their time zones, and bounds hold at once", async () => {
  const all = bench({ min: 1, max: 4 }, 1);
  const scheduled = (name: string, properties: Properties) => {
    all.put("appautoscaling/scheduledAction", name, {
      ...place,
      createdAt: "2026-02-02T00:00:00Z",
      ...properties,
    });
  };
  scheduled("day", {
    schedule: "cron(0 8 ? * MON-FRI *)",
    timezone: "Europe/Berlin",
    scalableTargetAction: { minCapacity: 3, maxCapacity: 9 },
  });
  scheduled("night", {
    schedule: "cron(0 20 * * ? *)",
    scalableTargetAction: { minCapacity: 0, maxCapacity: 0 },
  });
  expect(await all.after(6 * hour + 59)).toBe(1);
  expect(await all.after(1)).toBe(3);
  expect(await all.after(13 * hour)).toBe(0);
  expect(await all.causes()).toEqual([
    "Setting desired count to 0. maximum capacity was set to 0",
    "Setting desired count to 3. minimum capacity was set to 3",
  ]);
  // A Saturday is none of its days.
  expect(await all.after(4 * 24 * hour)).toBe(0);
});

it("issue 15.5: a schedule whose minimum is above the maximum changes nothing", async () => {
  const all = bench({ min: 1, max: 4 }, 2);
  all.put("appautoscaling/scheduledAction", "day", {
    ...place,
    createdAt: "2026-02-02T00:00:00Z",
    schedule: "rate(1 hour)",
    scalableTargetAction: { minCapacity: 5 },
  });
  expect(await all.after(2 * hour)).toBe(2);
  expect(await all.causes()).toEqual([]);
});

it("issue 15.5: a metric that is not measured here votes for nothing, and its alarm sees no data", async () => {
  const all = bench({ min: 1, max: 4 }, 3);
  all.tracking("cpu", {
    targetValue: 60,
    predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageCPUUtilization" },
  });
  expect(await all.each(hour)).toBe(3);
  perTask(all);
  all.queues.set("jobs", { waiting: 0, inWork: 0 });
  expect(await all.each(15)).toBe(2);
  const { MetricAlarms } = await all.own.call<{ MetricAlarms: { AlarmName: string; StateValue: string }[] }>(
    ...(["cloudwatch", "DescribeAlarms", {}, site] as const),
  );
  expect(MetricAlarms).toMatchObject([{ AlarmName: "queue-wake", StateValue: "OK" }]);
});
