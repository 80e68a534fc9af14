import { describe, expect, it, onTestFinished, vi } from "vitest";
import { digestA, digestB, foundation, listenerArn, oneService, run } from "./program.js";

const tags = { "moorage:project": "hello", "moorage:stack": "dev" };

const twoServices = oneService({
  "moorage:services": {
    web: { repository: "hello", port: 8080 },
    api: { repository: "hello-api", port: 5000, path: "/api/*", protocol: "HTTPS", architecture: "ARM64" },
  },
  "moorage:digests": { web: digestA, api: digestB },
  "moorage:priorities": { web: 120, api: 112 },
});

describe("an environment's program", () => {
  it("declares one service with all that is its own, tagged", async () => {
    const { declared } = await run({ stack: "dev", config: oneService() });
    const own = declared.filter(({ type }) => type.startsWith("aws:"));
    expect(own.map(({ type }) => type).sort()).toEqual([
      "aws:cloudwatch/logGroup:LogGroup",
      "aws:ec2/securityGroup:SecurityGroup",
      "aws:ecs/service:Service",
      "aws:ecs/taskDefinition:TaskDefinition",
      "aws:iam/role:Role",
      "aws:iam/role:Role",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
      "aws:lb/listenerRule:ListenerRule",
      "aws:lb/targetGroup:TargetGroup",
    ]);
    const untagged = own.filter(({ inputs }) => JSON.stringify(inputs["tags"]) !== JSON.stringify(tags));
    expect(untagged.map(({ type }) => type)).toEqual(["aws:iam/rolePolicyAttachment:RolePolicyAttachment"]);
  });

  it("deploys by ECS's rolling update, and leaves the wait to the driver", async () => {
    const config = oneService({
      "moorage:deployment": { minimumHealthyPercent: 50, maximumPercent: 200, rollbackOnFailure: false },
    });
    const service = (await run({ stack: "dev", config })).find("aws:ecs/service:Service");
    expect(service).toMatchObject({
      name: "hello-web-dev",
      cluster: foundation.cluster,
      desiredCount: 1,
      waitForSteadyState: false,
      forceDelete: false,
      propagateTags: "SERVICE",
      availabilityZoneRebalancing: "ENABLED",
      deploymentMinimumHealthyPercent: 50,
      deploymentMaximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: false },
      capacityProviderStrategies: [{ capacityProvider: "FARGATE", weight: 1 }],
      networkConfiguration: { subnets: ["subnet-1", "subnet-2"], assignPublicIp: false },
      loadBalancers: [{ containerName: "web", containerPort: 8080 }],
    });
    expect(service).not.toHaveProperty("launchType");
  });

  it("names the image by digest and keeps old revisions", async () => {
    const task = (await run({ stack: "dev", config: oneService() })).find(
      "aws:ecs/taskDefinition:TaskDefinition",
    );
    expect(task).toMatchObject({ cpu: "256", memory: "512", skipDestroy: true, family: "hello-web-dev" });
    expect(task["containerDefinitions"]).toContain(`"image":"registry.example.com/hello@${digestA}"`);
  });

  it("puts the more specific paths first, /api beside /api/*", async () => {
    const { find, outputs } = await run({ stack: "dev", config: twoServices });
    const paths = (values: string[]) => [
      { hostHeader: { values: ["dev.localhost"] } },
      { pathPattern: { values } },
    ];
    expect(find("aws:lb/listenerRule:ListenerRule", "api-rule")).toMatchObject({
      listenerArn,
      priority: 112,
      conditions: paths(["/api", "/api/*"]),
    });
    expect(find("aws:lb/listenerRule:ListenerRule", "web-rule")).toMatchObject({
      priority: 120,
      conditions: paths(["/*"]),
    });
    expect(outputs["urls"]).toEqual({
      api: "http://dev.localhost:8080/api/",
      web: "http://dev.localhost:8080/",
    });
  });

  it("keeps two services of one app apart", async () => {
    const { find } = await run({ stack: "dev", config: twoServices });
    expect(find("aws:ecs/taskDefinition:TaskDefinition", "api-task")).toMatchObject({
      runtimePlatform: { cpuArchitecture: "ARM64" },
    });
    expect(find("aws:lb/targetGroup:TargetGroup", "api-targets")).toMatchObject({
      port: 5000,
      protocol: "HTTPS",
      healthCheck: { protocol: "HTTPS" },
    });
    expect(find("aws:ec2/securityGroup:SecurityGroup", "api-tasks")).toMatchObject({
      ingress: [{ fromPort: 5000, toPort: 5000, securityGroups: ["sg-balancer"] }],
    });
    expect(find("aws:cloudwatch/logGroup:LogGroup", "api-logs")).toMatchObject({ name: "/ecs/dev/api" });
  });
});

describe("an environment's address", () => {
  const https = { protocol: "HTTPS", port: 443 };
  const own = { ...foundation, domain: undefined };

  it.each([
    ["below the foundation's domain", {}, "https://dev.localhost/"],
    ["its own host", { "moorage:host": "hello.example.com" }, "https://hello.example.com/"],
    [
      "below the configured domain",
      { "moorage:foundation": own, "moorage:domain": "example.com" },
      "https://dev.example.com/",
    ],
  ])("is %s", async (_title, changes, url) => {
    const { outputs } = await run({ stack: "dev", config: oneService(changes), listener: https });
    expect(outputs["url"]).toBe(url);
  });

  it("is refused where nothing names it", async () => {
    const config = oneService({ "moorage:foundation": own });
    await expect(run({ stack: "dev", config })).rejects.toThrow(/moorage:host/);
  });
});

describe("an environment's foundation", () => {
  it("comes from the named stack's outputs, its load balancer's groups from AWS", async () => {
    const { find } = await run({
      stack: "dev",
      config: oneService({ "moorage:foundation": "foundation-dev" }),
      stacks: { "organization/hello/foundation-dev": { ...foundation, securityGroups: undefined } },
    });
    expect(find("aws:ecs/service:Service")["cluster"]).toBe(foundation.cluster);
    expect(find("aws:ec2/securityGroup:SecurityGroup")).toMatchObject({
      ingress: [{ securityGroups: ["sg-a", "sg-b"] }],
    });
  });

  it.each([
    ["replaced whole", JSON.stringify(foundation), undefined],
    ["refused where it is no JSON", "{", /MOORAGE_FOUNDATION is not JSON/],
    ["refused where parts are missing", "{}", /MOORAGE_FOUNDATION(.|\n)*listener: is missing/],
  ])("is %s by MOORAGE_FOUNDATION", async (_title, replacement, message) => {
    vi.stubEnv("MOORAGE_FOUNDATION", replacement);
    onTestFinished(() => void vi.unstubAllEnvs());
    const config = oneService({
      "moorage:foundation": "foundation-dev",
      "moorage:host": "hello.example.com",
    });
    const running = run({ stack: "dev", config });
    if (message) return expect(running).rejects.toThrow(message);
    expect((await running).outputs["url"]).toBe("http://dev.localhost:8080/");
  });

  it("names every output that is missing", async () => {
    const config = oneService({ "moorage:foundation": "foundation-dev" });
    const stacks = { "organization/hello/foundation-dev": { cluster: foundation.cluster } };
    await expect(run({ stack: "dev", config, stacks })).rejects.toThrow(/listener(.|\n)*vpc(.|\n)*subnets/);
  });
});

describe("an environment's image", () => {
  const untagged = oneService();
  delete untagged["moorage:imageTag"];
  delete untagged["moorage:digests"];

  it("is what was deployed last, under the plain CLI", async () => {
    const last = { imageTag: "v1", services: [{ name: "web", digest: digestB, priority: 123 }] };
    const { find, outputs } = await run({
      stack: "dev",
      config: untagged,
      stacks: { "organization/hello/dev": last },
    });
    expect(find("aws:ecs/taskDefinition:TaskDefinition")["containerDefinitions"]).toContain(digestB);
    expect(find("aws:lb/listenerRule:ListenerRule")["priority"]).toBe(123);
    expect(outputs["imageTag"]).toBe("v1");
  });

  it("is asked for where nothing was deployed yet", async () => {
    await expect(run({ stack: "dev", config: untagged })).rejects.toThrow(/never deployed/);
  });

  it("is asked for where a digest is missing", async () => {
    const config = oneService({ "moorage:digests": {} });
    await expect(run({ stack: "dev", config })).rejects.toThrow(/moorage:digests\.web/);
  });

  it("F26: never comes from a hostile tag", async () => {
    const config = oneService({ "moorage:imageTag": "a b; rm -rf /" });
    await expect(run({ stack: "dev", config })).rejects.toThrow(/not an image tag/);
  });
});

it.each(["pr-0", "pr-042", "pr-42-x", "Dev"])(
  "F36: there is no program for a stack named %s",
  async (stack) => {
    await expect(run({ stack, config: oneService() })).rejects.toThrow(/no program/);
  },
);
