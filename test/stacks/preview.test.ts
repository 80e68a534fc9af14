import { describe, expect, it } from "vitest";
import { digestA, digestB, foundation, oneService, run } from "./program.js";

const config = oneService({
  "moorage:host": "hello.example.com",
  "moorage:alarms": { topics: ["arn:aws:sns:us-east-1:111111111111:alarms"] },
  "moorage:services": {
    web: {
      repository: "hello",
      port: 8080,
      cpu: 1024,
      memory: 4096,
      desiredCount: 4,
      autoscaling: { min: 4, max: 9 },
      env: { LEVEL: "info", A: "service" },
    },
    api: { repository: "hello-api", port: 5000, path: "/api/*" },
  },
  "moorage:deployment": { minimumHealthyPercent: 0, maximumPercent: 150 },
  "moorage:digests": { web: digestA, api: digestB },
  "moorage:preview": {
    domain: "preview.example.com",
    env: { A: "preview", B: "preview" },
    services: { web: { cpu: 256, memory: 512, env: { B: "override" } } },
  },
});

describe("a preview's program", () => {
  it("suffixes every name, so that nothing is shared with its base", async () => {
    const { declared } = await run({ stack: "pr-42", config });
    const names = declared.flatMap(({ type, inputs }) =>
      type.startsWith("aws:") ? (inputs["name"] ?? inputs["family"] ?? []) : [],
    );
    expect(names).toHaveLength(10);
    for (const name of names) expect(name).toMatch(/-pr-42$|^\/ecs\/pr-42\/(web|api)$/);
  });

  it("correctness 6: declares nothing of IAM: its tasks run with the roles of the foundation", async () => {
    const { declared, find } = await run({ stack: "pr-42", config });
    expect(declared.filter(({ type }) => type.startsWith("aws:iam/"))).toEqual([]);
    expect(find("aws:ecs/taskDefinition:TaskDefinition", "web-task")).toMatchObject({
      executionRoleArn: foundation.previewRoles.execution,
      taskRoleArn: foundation.previewRoles.task,
    });
    // An environment of the same two services makes four roles, and what they may do.
    const base = await run({ stack: "dev", config });
    const access = base.declared.filter(({ type }) => type.startsWith("aws:iam/"));
    expect(access.filter(({ type }) => type === "aws:iam/role:Role")).toHaveLength(4);
    expect(access).toHaveLength(6);
  });

  it("F51: ends before it declares anything where a pull request names more than previews may have", async () => {
    const secrets = { DB: "arn:aws:secretsmanager:us-east-1:111111111111:secret:hello/prod/db-AbCdEf" };
    const grasping = oneService({
      "moorage:services": { web: { repository: "hello", port: 8080, secrets } },
    });
    await expect(run({ stack: "pr-42", config: grasping })).rejects.toThrow(/web\.secrets\.DB/);
  });

  it("carries the pull request's number in its tags", async () => {
    const { find } = await run({ stack: "pr-42", config });
    expect(find("aws:ecs/service:Service", "web")["tags"]).toEqual({
      "moorage:project": "hello",
      "moorage:stack": "pr-42",
      "moorage:pr": "42",
    });
  });

  it("starts fast, costs little and leaves at once", async () => {
    const { find } = await run({ stack: "pr-42", config });
    expect(find("aws:ecs/service:Service", "web")).toMatchObject({
      desiredCount: 1,
      forceDelete: true,
      availabilityZoneRebalancing: "DISABLED",
      deploymentMinimumHealthyPercent: 100,
      deploymentMaximumPercent: 200,
      capacityProviderStrategies: [{ capacityProvider: "FARGATE_SPOT", weight: 1 }],
    });
    expect(find("aws:lb/targetGroup:TargetGroup", "web-targets")).toMatchObject({
      deregistrationDelay: 5,
      healthCheck: { interval: 5, timeout: 4, healthyThreshold: 2 },
    });
  });

  it("makes no secret, whose name would outlive it by days", async () => {
    const { declared } = await run({ stack: "pr-42", config });
    expect(declared.filter(({ type }) => type.includes("secretsmanager"))).toEqual([]);
  });

  it("has neither autoscaling nor alarms", async () => {
    const { declared } = await run({ stack: "pr-42", config });
    expect(declared.filter(({ type }) => /appautoscaling|metricAlarm/.test(type))).toEqual([]);
  });

  it("takes its own overrides over its base's settings", async () => {
    const { find } = await run({ stack: "pr-42", config });
    const task = find("aws:ecs/taskDefinition:TaskDefinition", "web-task");
    expect(task).toMatchObject({ cpu: "256", memory: "512" });
    const [container] = JSON.parse(task["containerDefinitions"] as string) as { environment: unknown }[];
    expect(container?.environment).toEqual([
      { name: "A", value: "preview" },
      { name: "B", value: "override" },
      { name: "LEVEL", value: "info" },
      { name: "MOORAGE_IMAGE_TAG", value: "sha-0123456789ab" },
      { name: "MOORAGE_STACK", value: "pr-42" },
      { name: "PORT", value: "8080" },
    ]);
  });

  it.each([
    [foundation, { protocol: "HTTP", port: 8080 }, "http://pr-42.localhost:8080/"],
    [
      { ...foundation, domain: undefined },
      { protocol: "HTTPS", port: 443 },
      "https://pr-42.preview.example.com/",
    ],
  ])("answers under its own host, never its base's", async (given, listener, url) => {
    const { outputs } = await run({
      stack: "pr-42",
      config: { ...config, "moorage:foundation": given },
      listener,
    });
    expect(outputs["url"]).toBe(url);
    expect(outputs["urls"]).toEqual({ api: `${url}api/`, web: url });
  });
});
