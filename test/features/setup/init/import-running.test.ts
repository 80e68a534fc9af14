import { expect, it } from "vitest";
import type { RunningService } from "../../../../src/adapters/aws/running-service.js";
import { importedOf } from "../../../../src/features/setup/init/import/running.js";

const arn = (service: string, rest: string) => `arn:aws:${service}:us-east-1:111111111111:${rest}`;
const listenerArn = arn("elasticloadbalancing", "listener/app/shared/1/2");
const ruleArn = arn("elasticloadbalancing", "listener-rule/app/shared/1/2/3");
const group = {
  TargetGroupArn: arn("elasticloadbalancing", "targetgroup/web/1"),
  VpcId: "vpc-1",
};
const registry = "111111111111.dkr.ecr.us-east-1.amazonaws.com";

/** As ecspresso and boto3 make one: API and proxy, behind a rule with a header. */
function running(changes: Partial<RunningService> = {}): RunningService {
  return {
    service: {
      serviceName: "shop_web",
      serviceArn: arn("ecs", "service/prod/shop_web"),
      clusterArn: arn("ecs", "cluster/prod"),
      desiredCount: 3,
      capacityProviderStrategy: [
        { capacityProvider: "FARGATE", base: 1, weight: 1 },
        { capacityProvider: "FARGATE_SPOT", weight: 3 },
      ],
      loadBalancers: [
        {
          targetGroupArn: group.TargetGroupArn,
          containerName: "app",
          containerPort: 3000,
        },
      ],
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: ["subnet-1"],
          securityGroups: ["sg-1"],
        },
      },
      healthCheckGracePeriodSeconds: 90,
      enableExecuteCommand: true,
      deploymentConfiguration: {
        minimumHealthyPercent: 50,
        maximumPercent: 200,
      },
    },
    taskDefinition: {
      cpu: "512",
      memory: "1024",
      runtimePlatform: { cpuArchitecture: "ARM64" },
      taskRoleArn: arn("iam", "role/shop").replace(":us-east-1", ":"),
      volumes: [{ name: "data" }],
      containerDefinitions: [
        { name: "proxy", image: "nginx:1.27", essential: true },
        {
          name: "app",
          image: `${registry}/team/shop:v3`,
          environment: [
            { name: "LOG_LEVEL", value: "info" },
            { name: "DB_PASSWORD", value: "hunter2" },
            { name: "PORT", value: "3000" },
          ],
          secrets: [
            {
              name: "A",
              valueFrom: arn("secretsmanager", "secret:shop-AbCdEf"),
            },
            { name: "B", valueFrom: "/shop/b" },
          ],
          healthCheck: { command: ["CMD", "node", "check.js"], interval: 10 },
          mountPoints: [{ sourceVolume: "data", containerPath: "/data" }],
          logConfiguration: { logDriver: "awsfirelens" },
        },
      ],
    },
    balancing: {
      group: {
        ...group,
        HealthCheckPath: "/up",
        HealthCheckPort: "traffic-port",
        Matcher: { HttpCode: "200" },
        ProtocolVersion: "HTTP1",
      },
      attributes: {
        "deregistration_delay.timeout_seconds": "15",
        "stickiness.enabled": "false",
      },
      listeners: [
        {
          listener: { ListenerArn: listenerArn, Protocol: "HTTPS" },
          rules: [
            {
              RuleArn: ruleArn,
              Priority: "10",
              Conditions: [
                {
                  Field: "host-header",
                  HostHeaderConfig: { Values: ["shop.example.org"] },
                },
                {
                  Field: "http-header",
                  HttpHeaderConfig: { HttpHeaderName: "X-Edge", Values: ["1"] },
                },
              ],
              Actions: [
                { Type: "authenticate-oidc" },
                { Type: "forward", TargetGroupArn: group.TargetGroupArn },
              ],
            },
          ],
          taken: [1, 10, 50_000],
        },
      ],
    },
    ...changes,
  };
}
const named = { cluster: "prod", name: "shop_web", container: undefined };

it("issue 16.3: a running service is told in Moorage's words, and what is not carried over by the field's name", () => {
  const { services, host, answers, left, next } = importedOf(running(), named, "prod");
  expect(services).toEqual([
    {
      name: "shop-web",
      isBuilt: true,
      own: {},
      settings: {
        port: 3000,
        path: "/*",
        match: { headers: { "X-Edge": ["1"] } },
        health: { path: "/up", codes: "200", gracePeriod: 90 },
        deregistrationDelay: 15,
        cpu: 512,
        memory: 1024,
        architecture: "ARM64",
        desiredCount: 3,
        spot: { base: 1, percent: 75 },
        exec: true,
        securityGroups: ["sg-1"],
        env: { LOG_LEVEL: "info" },
        secrets: {
          A: arn("secretsmanager", "secret:shop-AbCdEf"),
          B: arn("ssm", "parameter/shop/b"),
        },
        healthcheck: { command: ["CMD", "node", "check.js"], interval: 10 },
        sidecars: { proxy: { image: "nginx:1.27", essential: true } },
      },
    },
  ]);
  expect(host).toBe("shop.example.org");
  expect(answers).toMatchObject({
    registry,
    region: "us-east-1",
    listener: listenerArn,
    subnets: ["subnet-1"],
    domain: "example.org",
    health: "/up",
  });
  expect(left.map(({ what }) => what)).toEqual(
    expect.arrayContaining([
      "action authenticate-oidc",
      "containerDefinitions.app.environment.DB_PASSWORD",
      "containerDefinitions.app.logConfiguration",
      "containerDefinitions.app.mountPoints",
      ...["taskRoleArn", "volumes", "deploymentConfiguration", "autoscaling", "schedules"],
    ]),
  );
  expect(left.every(({ where }) => where === "service/prod/shop_web")).toBe(true);
  expect(JSON.stringify([services, left, next])).not.toContain("hunter2");
  // Priorities that others have are left to them.
  expect(next.join("\n")).toMatch(
    /RuleArn=\S+,Priority=2\b[^]*deploy prod --tag v3[^]*Priority=49999\b[^]*delete-service --cluster prod --service shop_web/,
  );
});

it("issue 16.3: a worker has no rule to move, and of several containers the app's has to be named", () => {
  const { balancing: _none, ...worker } = running();
  const alone = {
    ...worker,
    service: { ...worker.service, loadBalancers: [] },
  };
  expect(() => importedOf(alone, named, "prod")).toThrow(
    expect.objectContaining({ code: "import-unclear", exitCode: 2 }) as Error,
  );
  const { services, next } = importedOf(alone, { ...named, container: "app" }, "prod");
  expect(services[0]?.settings).not.toHaveProperty("port");
  expect(next.join("\n")).toMatch(/both do the work/);
  expect(next.join("\n")).not.toMatch(/set-rule-priorities/);
});

it("issue 15.3: a name in Cloud Map is carried over, with the port that its record says", () => {
  const { balancing: _none, ...behindNone } = running();
  const registryArn = arn("servicediscovery", "service/srv-0123456789abcdef");
  const registered = (more: object, portMappings: { containerPort: number }[]) => {
    const { service, taskDefinition } = behindNone;
    const containerDefinitions = [{ name: "app", image: `${registry}/team/shop:v3`, portMappings }];
    const found = {
      ...behindNone,
      service: { ...service, loadBalancers: [], serviceRegistries: [{ registryArn, ...more }] },
      taskDefinition: { ...taskDefinition, containerDefinitions },
    };
    const { services, left } = importedOf(found, named, "prod");
    return { settings: services[0]?.settings, left: left.filter(({ what }) => what === "serviceRegistries") };
  };
  expect(registered({}, [{ containerPort: 3000 }])).toMatchObject({
    settings: {
      kind: "internal",
      port: 3000,
      discovery: { registry: registryArn },
      securityGroups: ["sg-1"],
    },
    left: [],
  });
  const other = registered({ port: 4000 }, [{ containerPort: 3000 }]);
  expect(other.settings).toMatchObject({ discovery: { registry: registryArn, record: "SRV" } });
  expect(other.left).toMatchObject([
    { why: "its record in Cloud Map says port 4000, and here it will be 3000" },
  ]);
  const portless = registered({}, []);
  expect(portless.settings).not.toHaveProperty("discovery");
  expect(portless.left).toHaveLength(1);
});
