import { expect, it } from "vitest";
import { account, foundation, oneService, run } from "./program.js";

const topic = `arn:aws:sns:us-east-1:${account}:alarms`;

/** The program of a stack whose only service is a worker. */
function workerIn(
  stack: string,
  settings: Record<string, unknown> = {},
  changes: Record<string, unknown> = {},
) {
  const services = { web: { repository: "hello", ...settings } };
  return run({ stack, config: oneService({ "moorage:services": services, ...changes }) });
}

it("a worker has no target group and no rule, its security group lets nobody in, and its stack has no URL", async () => {
  const { declared, find, outputs } = await workerIn("dev");
  const types = declared.map(({ type }) => type);
  expect(types).toContain("aws:ecs/service:Service");
  expect(types.filter((type) => type.startsWith("aws:lb/"))).toEqual([]);
  expect(find("aws:ec2/securityGroup:SecurityGroup")).toMatchObject({ ingress: [] });
  const service = find("aws:ecs/service:Service");
  expect(service).not.toHaveProperty("loadBalancers");
  expect(service).not.toHaveProperty("healthCheckGracePeriodSeconds");
  const { containerDefinitions } = find("aws:ecs/taskDefinition:TaskDefinition");
  const [container] = JSON.parse(containerDefinitions as string) as { environment: { name: string }[] }[];
  expect(container).toMatchObject({ portMappings: [] });
  expect(container?.environment.map(({ name }) => name)).toEqual(["MOORAGE_IMAGE_TAG", "MOORAGE_STACK"]);
  expect(outputs).toMatchObject({ url: null, urls: {}, services: [{ name: "web" }] });
});

it("a worker needs no host, and its preview no domain", async () => {
  const { domain: _, ...nowhere } = foundation;
  const changes = { "moorage:foundation": nowhere };
  for (const stack of ["dev", "pr-42"]) {
    expect((await workerIn(stack, {}, changes)).outputs).toMatchObject({ url: null });
  }
});

it("F55: a worker's alarms count its running tasks, by the samples of a metric that costs nothing", async () => {
  const { declared, find } = await workerIn(
    "dev",
    { desiredCount: 2 },
    { "moorage:alarms": { topics: [topic] } },
  );
  const alarms = declared.filter(({ type }) => type.endsWith(":MetricAlarm")).map(({ name }) => name);
  expect(alarms.sort()).toEqual(["web-cpu", "web-memory", "web-running"]);
  expect(find("aws:cloudwatch/metricAlarm:MetricAlarm", "web-running")).toMatchObject({
    namespace: "AWS/ECS",
    metricName: "CPUUtilization",
    statistic: "SampleCount",
    comparisonOperator: "LessThanThreshold",
    threshold: 2,
    treatMissingData: "breaching",
    dimensions: { ClusterName: "dev", ServiceName: "hello-web-dev" },
  });
});

it("beside a web service a worker takes neither its path nor its place", async () => {
  const services = {
    web: { repository: "hello", port: 8080 },
    mail: { repository: "hello-mail", autoscaling: { min: 1, max: 3 } },
  };
  const digest = `sha256:${"a".repeat(64)}`;
  const { declared, outputs } = await run({
    stack: "dev",
    config: oneService({ "moorage:services": services, "moorage:digests": { web: digest, mail: digest } }),
  });
  const rules = declared.filter(({ type }) => type === "aws:lb/listenerRule:ListenerRule");
  expect(rules.map(({ name }) => name)).toEqual(["web-rule"]);
  expect(Object.keys(outputs["urls"] as object)).toEqual(["web"]);
  expect(declared.filter(({ type }) => type.endsWith(":Policy")).map(({ name }) => name)).toEqual([
    "mail-cpu",
  ]);
});
