import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { OpMap } from "@pulumi/pulumi/automation/index.js";
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openBench, site, type Bench } from "./provider-harness.js";

const assumeRolePolicy = JSON.stringify({ Version: "2012-10-17", Statement: [] });

/** One of each live type, and of the recorded types that stacks use. */
function everything(choice: { message: string; retention: number }) {
  const cluster = new aws.ecs.Cluster("cluster", { name: "apps" });
  const vpc = new aws.ec2.Vpc("vpc", { cidrBlock: "10.1.0.0/16" });
  const subnets = ["a", "b"].map(
    (zone, index) =>
      new aws.ec2.Subnet(`subnet-${zone}`, {
        vpcId: vpc.id,
        cidrBlock: `10.1.${index * 16}.0/20`,
        availabilityZone: `us-east-1${zone}`,
      }).id,
  );
  const group = new aws.ec2.SecurityGroup("group", { name: "tasks", vpcId: vpc.id });
  new aws.vpc.SecurityGroupIngressRule("ingress", {
    securityGroupId: group.id,
    ipProtocol: "tcp",
    fromPort: 80,
    toPort: 80,
    cidrIpv4: "0.0.0.0/0",
  });
  const balancer = new aws.lb.LoadBalancer("balancer", {
    name: "apps",
    subnets,
    securityGroups: [group.id],
    idleTimeout: 90,
  });
  const listener = new aws.lb.Listener("listener", {
    loadBalancerArn: balancer.arn,
    port: 80,
    defaultActions: [
      { type: "fixed-response", fixedResponse: { contentType: "text/plain", statusCode: "404" } },
    ],
  });
  const targets = new aws.lb.TargetGroup("targets", {
    name: "web",
    port: 80,
    protocol: "HTTP",
    targetType: "ip",
    vpcId: vpc.id,
    deregistrationDelay: 5,
    healthCheck: { path: "/health" },
  });
  const rule = new aws.lb.ListenerRule("rule", {
    listenerArn: listener.arn,
    conditions: [
      { hostHeader: { values: ["b.localhost", "a.localhost"] } },
      { pathPattern: { values: ["/*"] } },
    ],
    actions: [{ type: "forward", targetGroupArn: targets.arn }],
  });
  const role = new aws.iam.Role("role", { name: "task", assumeRolePolicy });
  new aws.iam.RolePolicy("policy", { role: role.id, policy: assumeRolePolicy });
  const logs = new aws.cloudwatch.LogGroup("logs", { name: "/ecs/web", retentionInDays: choice.retention });
  const repository = new aws.ecr.Repository("repository", { name: "web", imageTagMutability: "IMMUTABLE" });
  const task = new aws.ecs.TaskDefinition("task", {
    family: "web",
    cpu: "256",
    memory: "512",
    networkMode: "awsvpc",
    requiresCompatibilities: ["FARGATE"],
    executionRoleArn: role.arn,
    skipDestroy: true,
    containerDefinitions: JSON.stringify([
      {
        name: "web",
        image: "web:1",
        environment: [{ name: "MESSAGE", value: choice.message }],
        portMappings: [{ containerPort: 80 }],
      },
    ]),
  });
  const service = new aws.ecs.Service(
    "service",
    {
      name: "web",
      cluster: cluster.arn,
      taskDefinition: task.arn,
      desiredCount: 0,
      launchType: "FARGATE",
      forceDelete: true,
      networkConfiguration: { subnets, securityGroups: [group.id] },
      loadBalancers: [{ targetGroupArn: targets.arn, containerName: "web", containerPort: 80 }],
    },
    { dependsOn: [rule] },
  );
  return {
    priority: rule.priority,
    url: repository.repositoryUrl,
    task: task.arn,
    service: service.id,
    logs: logs.arn,
  };
}

async function changes(preview: Promise<{ changeSummary: OpMap }>): Promise<OpMap> {
  return (await preview).changeSummary;
}

/** Everything that the engine and the target have written to disk. */
function onDisk({ home }: Bench): string {
  const folder = fileURLToPath(home.backendUrl);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const texts = files.map((file) => readFileSync(join(file.parentPath, file.name), "utf8"));
  return [...texts, readFileSync(join(home.stateFolder, "state.json"), "utf8")].join("\n");
}

describe("the real Pulumi CLI", () => {
  it("creates one of each type, sees no change and no drift, updates, sees drift, and destroys", async () => {
    const bench = await openBench();
    const choice = { message: "one", retention: 7 };
    const stack = await bench.stack(() => Promise.resolve(everything(choice)));
    const created = await stack.up();
    expect(created.outputs["priority"]?.value).toBe(1);
    expect(created.outputs["url"]?.value).toBe("111111111111.dkr.ecr.us-east-1.amazonaws.com/web");
    expect(created.outputs["task"]?.value).toMatch(/task-definition\/web:1$/);
    const same = created.summary.resourceChanges?.create;
    expect(await changes(stack.preview())).toEqual({ same });
    expect((await stack.refresh()).summary.resourceChanges).toEqual({ same });

    Object.assign(choice, { message: "two", retention: 14 });
    const updated = await stack.up();
    expect(updated.summary.resourceChanges).toMatchObject({ update: 2, replace: 1 });
    expect(updated.outputs["task"]?.value).toMatch(/web:2$/);
    const old = { taskDefinition: "web:1" };
    const { taskDefinition } = await bench.target.cloud.call<{ taskDefinition: { status: string } }>(
      "ecs",
      "DescribeTaskDefinition",
      old,
      site,
    );
    expect(taskDefinition.status).toBe("ACTIVE");

    const edit = { logGroupName: "/ecs/web", retentionInDays: 90 };
    await bench.target.cloud.call("logs", "PutRetentionPolicy", edit, site);
    await bench.target.cloud.call(
      "ecs",
      "DeleteService",
      { cluster: "apps", service: "web", force: true },
      site,
    );
    expect((await stack.refresh()).summary.resourceChanges).toMatchObject({ update: 1, delete: 1 });
    expect(await changes(stack.preview())).toMatchObject({ update: 1, create: 1 });
    await stack.up();

    const gone = await stack.destroy();
    expect(gone.summary.resourceChanges?.delete).toBe(same);
    const left = bench.target.store.table<{ type: string; properties: { name?: string } }>("recorded");
    const names = Object.values(left).map(({ properties }) => properties.name);
    expect(names).not.toContain("tasks");
    expect(names).not.toContain("task");
  }, 120_000);

  it("F28: a secret stays secret in the state, in outputs and on the target", async () => {
    const bench = await openBench();
    const stack = await bench.stack(async () => {
      const { secret } = await import("@pulumi/pulumi");
      const parameter = new aws.ssm.Parameter("p", {
        name: "/db",
        type: "SecureString",
        value: secret("open sesame"),
      });
      const group = new aws.ec2.SecurityGroup("g", { name: "g", tags: { Note: secret("hush hush") } });
      return { value: parameter.value, tags: group.tags };
    });
    const { outputs } = await stack.up();
    expect(outputs["value"]).toEqual({ value: "open sesame", secret: true });
    expect(outputs["tags"]?.secret).toBe(true);
    await stack.refresh();
    expect(onDisk(bench)).not.toContain("open sesame");
    expect(await changes(stack.preview())).toEqual({ same: 3 });
  }, 60_000);

  it("refuses unknown types and properties, and what AWS would refuse, before anything is created", async () => {
    const bench = await openBench();
    const stack = await bench.stack(() => {
      new (class extends pulumi.CustomResource {})("aws:sqs/nothing:Nothing", "nothing", {});
      return Promise.resolve({});
    });
    await expect(stack.preview()).rejects.toThrow(/aws:sqs\/nothing:Nothing is not part of the local target/);
    const wrong = await bench.stack(() => {
      new aws.lb.TargetGroup("long", { name: "a-name-that-is-longer-than-aws-would-have-it" });
      return Promise.resolve({});
    });
    await expect(wrong.preview()).rejects.toThrow(/cannot be longer than 32 characters/);
  }, 60_000);
});
