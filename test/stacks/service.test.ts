import { describe, expect, it } from "vitest";
import { account, foundation, listenerArn, oneService, run } from "./program.js";

interface Container extends Record<string, unknown> {
  name: string;
  secrets: { name: string; valueFrom: string }[];
}

/** The program of an environment whose only service has these settings. */
async function withService(settings: Record<string, unknown>, changes: Record<string, unknown> = {}) {
  const services = { web: { repository: "hello", port: 8080, ...settings } };
  const ran = await run({ stack: "dev", config: oneService({ "moorage:services": services, ...changes }) });
  const task = ran.find("aws:ecs/taskDefinition:TaskDefinition");
  const containers = JSON.parse(task["containerDefinitions"] as string) as Container[];
  return { ...ran, task, containers, service: ran.find("aws:ecs/service:Service") };
}

function statements(policy: Record<string, unknown>): unknown[] {
  return (JSON.parse(policy["policy"] as string) as { Statement: unknown[] }).Statement;
}

const secret = `arn:aws:secretsmanager:us-east-1:${account}:secret:db-AbCdEf`;
const parameter = `arn:aws:ssm:us-east-1:${account}:parameter/hello/key`;

describe("a service's secrets", () => {
  it("reach the container by reference, whole or one JSON key, sorted", async () => {
    const { containers } = await withService({ secrets: { URL: `${secret}:url::`, KEY: parameter } });
    expect(containers[0]?.secrets).toEqual([
      { name: "KEY", valueFrom: parameter },
      { name: "URL", valueFrom: `${secret}:url::` },
    ]);
  });

  it("may be read by the execution role, and nothing else may", async () => {
    const { find } = await withService({ secrets: { URL: `${secret}:url::`, KEY: parameter } });
    expect(statements(find("aws:iam/rolePolicy:RolePolicy"))).toEqual([
      { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: [secret] },
      { Effect: "Allow", Action: "ssm:GetParameters", Resource: [parameter] },
    ]);
  });

  it("of sidecars too, with the keys that they are encrypted with", async () => {
    const key = `arn:aws:kms:us-east-1:${account}:key/0123`;
    const { find } = await withService({
      secretKeys: [key],
      sidecars: { agent: { image: "agent:1", secrets: { KEY: parameter } } },
    });
    expect(statements(find("aws:iam/rolePolicy:RolePolicy"))).toEqual([
      { Effect: "Allow", Action: "ssm:GetParameters", Resource: [parameter] },
      { Effect: "Allow", Action: "kms:Decrypt", Resource: [key] },
    ]);
  });
});

describe("a service's container", () => {
  it("is nobody's, and can write to /tmp alone, where the configuration says so", async () => {
    const { containers, service } = await withService({ user: "1000:1000", readOnly: true });
    expect(containers).toMatchObject([
      {
        readonlyRootFilesystem: true,
        user: "1000:1000",
        linuxParameters: { tmpfs: [{ containerPath: "/tmp", mountOptions: ["rw"], size: 64 }] },
      },
    ]);
    expect(service["enableExecuteCommand"]).toBe(false);
  });

  it("has the health check that is asked for, whole, and its sidecars theirs", async () => {
    const { containers } = await withService({
      healthcheck: { command: "curl -f localhost:$PORT", interval: "10s", startPeriod: 30 },
      sidecars: { db: { image: "db:1", healthcheck: { command: ["pg_isready", "-q"] } } },
      dependsOn: { db: "HEALTHY" },
    });
    expect(containers).toMatchObject([
      {
        dependsOn: [{ condition: "HEALTHY", containerName: "db" }],
        healthCheck: {
          command: ["CMD-SHELL", "curl -f localhost:$PORT"],
          interval: 10,
          timeout: 5,
          retries: 3,
          startPeriod: 30,
        },
      },
      { healthCheck: { command: ["CMD", "pg_isready", "-q"], interval: 30, timeout: 5, retries: 3 } },
    ]);
    expect(containers[1]?.["healthCheck"]).not.toHaveProperty("startPeriod");
  });

  it.each([{}, { user: "image", readOnly: false }])(
    "is the image's own user's and can be written: %j",
    async (settings) => {
      const { containers } = await withService(settings);
      expect(containers[0]).toMatchObject({ readonlyRootFilesystem: false });
      expect(containers[0]).not.toHaveProperty("user");
      expect(containers[0]).not.toHaveProperty("linuxParameters");
    },
  );

  it("can be entered where the configuration says so: ECS Exec's channel and nothing else is permitted", async () => {
    const { find, containers, service } = await withService({ exec: true });
    expect(service["enableExecuteCommand"]).toBe(true);
    expect(containers[0]).toMatchObject({ linuxParameters: { initProcessEnabled: true } });
    const policy = find("aws:iam/rolePolicy:RolePolicy", "web-exec");
    expect(policy["role"]).toBe("hello-web-task-dev");
    expect(JSON.stringify(statements(policy)).match(/"\w+:\w+"/g)).toEqual([
      '"ssmmessages:CreateControlChannel"',
      '"ssmmessages:CreateDataChannel"',
      '"ssmmessages:OpenControlChannel"',
      '"ssmmessages:OpenDataChannel"',
    ]);
  });
});

describe("a service's sidecars", () => {
  it("stand behind the app's container, sorted, confined as it is, without its port", async () => {
    const { containers } = await withService({
      sidecars: {
        worker: { command: ["node", "worker.js"], essential: true, user: "1000:1000", readOnly: true },
        agent: { image: "agent:1", env: { B: 1, A: 2 }, stopTimeout: 9 },
      },
      dependsOn: { agent: "START" },
    });
    const [app, agent, worker] = containers;
    expect(containers.map(({ name }) => name)).toEqual(["web", "agent", "worker"]);
    expect(app).toMatchObject({ dependsOn: [{ condition: "START", containerName: "agent" }] });
    expect(agent).toMatchObject({ image: "agent:1", essential: false, portMappings: [], stopTimeout: 9 });
    expect(worker).toMatchObject({ image: app?.["image"], essential: true, command: ["node", "worker.js"] });
    expect(agent?.["environment"]).toEqual([
      { name: "A", value: "2" },
      { name: "B", value: "1" },
      { name: "MOORAGE_IMAGE_TAG", value: "sha-0123456789ab" },
      { name: "MOORAGE_STACK", value: "dev" },
    ]);
    expect(worker).toMatchObject({ user: "1000:1000", readonlyRootFilesystem: true });
  });

  it.each([
    [
      { sidecars: { a: { dependsOn: { b: "START" } }, b: { dependsOn: { a: "START" } } } },
      /waits for itself/,
    ],
    [{ dependsOn: { agnt: "START" }, sidecars: { agent: {} } }, /agnt: is not a sidecar .*agent/],
    [{ dependsOn: { agent: "SUCCESS" }, sidecars: { agent: { essential: true } } }, /its end ends the task/],
    [{ sidecars: { agent: { env: { PORT: 1 } } } }, /sidecars\.agent\.env\.PORT: is set by Moorage/],
    [{ exec: true, readOnly: true }, /exec: .*needs a root file system that can be written/],
    [{ spot: {}, capacityProvider: "FARGATE_SPOT" }, /spot: .*is a share/],
    [{ secrets: { A: "arn:aws:ssm:us-east-1:111111111111:nothing" } }, /secrets\.A: .*must be an ARN/],
    [{ user: "a b" }, /user: .*must be a user/],
  ])("and other settings must fit each other: %o", async (settings, message) => {
    await expect(withService(settings)).rejects.toThrow(message);
  });
});

describe("a service's capacity", () => {
  it.each([
    [{}, [{ capacityProvider: "FARGATE", weight: 1 }]],
    [{ capacityProvider: "FARGATE_SPOT" }, [{ capacityProvider: "FARGATE_SPOT", weight: 1 }]],
    [
      { spot: { base: 2, percent: 75 } },
      [
        { capacityProvider: "FARGATE", weight: 1, base: 2 },
        { capacityProvider: "FARGATE_SPOT", weight: 3 },
      ],
    ],
    [
      { spot: { percent: 100 } },
      [
        { capacityProvider: "FARGATE", weight: 0, base: 1 },
        { capacityProvider: "FARGATE_SPOT", weight: 1 },
      ],
    ],
  ])("%o", async (settings, strategy) => {
    expect((await withService(settings)).service["capacityProviderStrategies"]).toEqual(strategy);
  });
});

describe("a service that scales", () => {
  it("aims at CPU, and at memory and requests where they are named", async () => {
    const { declared, find } = await withService({
      autoscaling: { min: 2, max: 6, memory: 70, requests: 500 },
    });
    expect(find("aws:appautoscaling/target:Target")).toMatchObject({
      resourceId: "service/dev/hello-web-dev",
      minCapacity: 2,
      maxCapacity: 6,
    });
    const policies = declared.filter(({ type }) => type.endsWith(":Policy")).map(({ inputs }) => inputs);
    expect(policies.map((policy) => policy["targetTrackingScalingPolicyConfiguration"])).toEqual([
      { targetValue: 60, predefinedMetricSpecification: metric("ECSServiceAverageCPUUtilization") },
      { targetValue: 70, predefinedMetricSpecification: metric("ECSServiceAverageMemoryUtilization") },
      {
        targetValue: 500,
        predefinedMetricSpecification: {
          ...metric("ALBRequestCountPerTarget"),
          resourceLabel: "app/shared/50dc6c495c0c9188/suffix/web-targets",
        },
      },
    ]);
  });
});

const metric = (predefinedMetricType: string) => ({ predefinedMetricType });

describe("a service that is watched", () => {
  const topic = `arn:aws:sns:us-east-1:${account}:alarms`;
  const alarms = { topics: [topic], cpu: 90, latency: 500 };

  it("has an alarm for each way to fail, told to the topics", async () => {
    const { declared } = await withService({ desiredCount: 3 }, { "moorage:alarms": alarms });
    const found = declared.filter(({ type }) => type.endsWith(":MetricAlarm"));
    const limits = new Map(found.map(({ inputs }) => [inputs["metricName"], inputs["threshold"]]));
    expect(Object.fromEntries(limits)).toEqual({
      UnHealthyHostCount: 0,
      HTTPCode_Target_5XX_Count: 10,
      TargetResponseTime: 0.5,
      CPUUtilization: 90,
      MemoryUtilization: 85,
      HealthyHostCount: 3,
    });
    for (const { inputs } of found)
      expect(inputs).toMatchObject({ alarmActions: [topic], okActions: [topic], period: 60 });
  });

  it("is looked at where its metrics are: load balancer or ECS", async () => {
    const { find } = await withService({}, { "moorage:alarms": alarms });
    expect(find("aws:cloudwatch/metricAlarm:MetricAlarm", "web-errors")).toMatchObject({
      name: "hello-web-errors-dev",
      dimensions: { LoadBalancer: "app/shared/50dc6c495c0c9188", TargetGroup: "suffix/web-targets" },
    });
    expect(find("aws:cloudwatch/metricAlarm:MetricAlarm", "web-cpu")).toMatchObject({
      dimensions: { ClusterName: "dev", ServiceName: "hello-web-dev" },
    });
  });

  it("counts as failing where autoscaling's minimum is not reached, and where nothing serves at all", async () => {
    const settings = { desiredCount: 5, autoscaling: { min: 2, max: 9 } };
    const { find } = await withService(settings, { "moorage:alarms": alarms });
    expect(find("aws:cloudwatch/metricAlarm:MetricAlarm", "web-running")).toMatchObject({
      threshold: 2,
      comparisonOperator: "LessThanThreshold",
      treatMissingData: "breaching",
    });
  });
});

it("every ARN that a service makes is in the partition of its foundation", async () => {
  const listener = listenerArn.replace("arn:aws:", "arn:aws-cn:");
  const { declared } = await withService({}, { "moorage:foundation": { ...foundation, listener } });
  const own = declared.filter(({ type }) => type.startsWith("aws:iam/"));
  expect(JSON.stringify(own)).toContain("arn:aws-cn:iam::aws:policy/service-role/");
  expect(JSON.stringify(own)).not.toContain("arn:aws:");
});

describe("a service's log group", () => {
  it.each([
    [{}, "/ecs/dev/web"],
    [{ "moorage:logGroupPrefix": "/ecs/hello" }, "/ecs/hello/dev/web"],
  ])("%o: %s", async (changes, name) => {
    const { find, containers } = await withService({ logRetention: 90 }, changes);
    expect(find("aws:cloudwatch/logGroup:LogGroup")).toMatchObject({ name, retentionInDays: 90 });
    expect(containers[0]).toMatchObject({ logConfiguration: { options: { "awslogs-group": name } } });
  });
});
