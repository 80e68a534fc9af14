import type {
  CreateServiceResponse,
  DescribeServiceRevisionsResponse,
  DescribeServicesResponse,
  DescribeTaskDefinitionResponse,
  DescribeTasksResponse,
  ListServicesResponse,
  ListTagsForResourceResponse,
  ListTaskDefinitionsResponse,
  RegisterTaskDefinitionResponse,
  UpdateServiceResponse,
} from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { AwsError } from "../../../src/cloud.js";
import { app, group, serviceInput, Stage } from "./ecs-harness.js";

const fargate = { requiresCompatibilities: ["FARGATE"], networkMode: "awsvpc", cpu: "256", memory: "512" };
const web = { name: "web", image: "one", portMappings: [{ containerPort: 8080 }] };
const refusal = async (call: Promise<unknown>): Promise<[string, string]> => {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof AwsError)) throw new Error("It was not refused");
  return [error.code, error.message];
};

describe("task definitions", () => {
  const register = (stage: Stage, changes: object) =>
    stage.call<RegisterTaskDefinitionResponse>("RegisterTaskDefinition", {
      family: "web",
      ...fargate,
      containerDefinitions: [web],
      ...changes,
    });

  it("come back with AWS's defaults filled in, and a revision that is never used again", async () => {
    const stage = new Stage({});
    const { taskDefinition } = await register(stage, {});
    expect(taskDefinition).toMatchObject({
      taskDefinitionArn: "arn:aws:ecs:us-east-1:111111111111:task-definition/web:1",
      status: "ACTIVE",
      volumes: [],
      placementConstraints: [],
      containerDefinitions: [
        {
          cpu: 0,
          essential: true,
          environment: [],
          mountPoints: [],
          portMappings: [{ containerPort: 8080, hostPort: 8080, protocol: "tcp" }],
        },
      ],
    });
    await stage.call("DeregisterTaskDefinition", { taskDefinition: "web:1" });
    await stage.call("DeleteTaskDefinitions", { taskDefinitions: ["web:1"] });
    expect(await refusal(stage.call("DescribeTaskDefinition", { taskDefinition: "web:1" }))).toEqual([
      "ClientException",
      "Unable to describe task definition.",
    ]);
    expect((await register(stage, {})).taskDefinition?.revision).toBe(2);
  });

  it.each([
    [{ cpu: "256", memory: "4096" }, "No Fargate configuration exists for given values."],
    [{ cpu: "300", memory: "512" }, "No Fargate configuration exists for given values."],
    [{ cpu: undefined }, "Fargate requires that 'cpu' be defined at the task level."],
    [{ family: "a b" }, "Invalid family name"],
    [{ containerDefinitions: [] }, "Container list cannot be empty."],
    [{ containerDefinitions: [web, web] }, "Container names must be unique."],
    [{ containerDefinitions: [{ ...web, essential: false }] }, "does not have any essential containers"],
    [
      { containerDefinitions: [{ ...web, portMappings: [{ containerPort: 80, hostPort: 81 }] }] },
      "must match",
    ],
    [
      {
        containerDefinitions: [
          { ...web, environment: [{ name: "KEY" }], secrets: [{ name: "KEY", valueFrom: "key" }] },
        ],
      },
      "environment variables set on the container, such as 'KEY'",
    ],
    [
      {
        containerDefinitions: [
          {
            ...web,
            secrets: [
              { name: "KEY", valueFrom: "key" },
              { name: "KEY", valueFrom: "other" },
            ],
          },
        ],
      },
      "Duplicate secret names found: KEY.",
    ],
    [{ networkMode: "bridge" }, "Fargate only supports network mode"],
  ])("refuse %o", async (changes, words) => {
    const [code, message] = await refusal(register(new Stage({}), changes));
    expect(code).toBe("ClientException");
    expect(message).toContain(words);
  });

  it.each([
    [{ dependsOn: [{ containerName: "none", condition: "START" }] }, {}, "is not in the task definition"],
    [{ dependsOn: [{ containerName: "agent", condition: "SUCCESS" }] }, { essential: true }, "is essential"],
    [{ dependsOn: [{ containerName: "agent", condition: "HEALTHY" }] }, {}, "has no health check"],
    [
      { dependsOn: [{ containerName: "agent", condition: "START" }] },
      { dependsOn: [{ containerName: "web", condition: "START" }] },
      "depends on itself",
    ],
  ])("refuse what containers cannot wait for", async (app, beside, words) => {
    const agent = { name: "agent", image: "one", essential: false, ...beside };
    const containerDefinitions = [{ ...web, ...app }, agent];
    const [code, message] = await refusal(register(new Stage({}), { containerDefinitions }));
    expect(code).toBe("ClientException");
    expect(message).toContain(words);
  });

  it("take sizes as AWS does", async () => {
    const { taskDefinition } = await register(new Stage({}), { cpu: "1 vCPU", memory: "2 GB" });
    expect(taskDefinition).toMatchObject({ cpu: "1024", memory: "2048" });
  });

  it("are listed in pages, newest last", async () => {
    const stage = new Stage({});
    for (let index = 0; index < 5; index += 1) await register(stage, {});
    const first = await stage.call<ListTaskDefinitionsResponse>("ListTaskDefinitions", { maxResults: 3 });
    const rest = await stage.call<ListTaskDefinitionsResponse>("ListTaskDefinitions", {
      nextToken: first.nextToken,
    });
    const revisions = [...(first.taskDefinitionArns ?? []), ...(rest.taskDefinitionArns ?? [])];
    expect(revisions.map((arn) => arn.slice(arn.lastIndexOf(":") + 1))).toEqual(["1", "2", "3", "4", "5"]);
    const latest = await stage.call<DescribeTaskDefinitionResponse>("DescribeTaskDefinition", {
      taskDefinition: "web",
    });
    expect(latest.taskDefinition?.revision).toBe(5);
  });
});

it("a cluster's settings are changed in place", async () => {
  const stage = new Stage({});
  await stage.call("CreateCluster", { clusterName: "dev" });
  const settings = [{ name: "containerInsights", value: "enabled" }];
  await stage.call("UpdateCluster", { cluster: "dev", settings });
  const { clusters } = await stage.call<{ clusters: object[] }>("DescribeClusters", { clusters: ["dev"] });
  expect(clusters).toMatchObject([{ settings }]);
});

describe("services", () => {
  async function prepared(): Promise<{ stage: Stage; input: ReturnType<typeof serviceInput> }> {
    const stage = new Stage({ one: app("one") });
    await stage.call("CreateCluster", { clusterName: "dev", capacityProviders: ["FARGATE", "FARGATE_SPOT"] });
    return { stage, input: { ...serviceInput(await stage.define("one")), desiredCount: 0 } };
  }

  it("are refused with AWS's codes and words", async () => {
    const { stage, input } = await prepared();
    const create = (changes: object) => refusal(stage.call("CreateService", { ...input, ...changes }));
    const [target] = input.loadBalancers ?? [];
    expect(await create({ cluster: "absent" })).toEqual(["ClusterNotFoundException", "Cluster not found."]);
    expect(await create({ taskDefinition: "web:9" })).toEqual([
      "ClientException",
      "TaskDefinition not found.",
    ]);
    expect(await create({ networkConfiguration: undefined })).toEqual([
      "InvalidParameterException",
      "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    ]);
    expect(await create({ loadBalancers: [{ ...target, containerPort: 80 }] })).toEqual([
      "InvalidParameterException",
      "The container web did not have a container port 80 defined.",
    ]);
    expect(
      await create({ deploymentConfiguration: { minimumHealthyPercent: 100, maximumPercent: 100 } }),
    ).toEqual([
      "InvalidParameterException",
      "Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.",
    ]);
    expect((await create({ capacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT" }] }))[1]).toMatch(
      /^Specifying both a launch type and capacity provider strategy is not supported/,
    );
    expect((await create({ loadBalancers: [], healthCheckGracePeriodSeconds: 5 }))[1]).toMatch(
      /^Health check grace period is only valid/,
    );
    stage.balancer.unattached.add(group);
    expect(await create({})).toEqual([
      "InvalidParameterException",
      `The target group with targetGroupArn ${group} does not have an associated load balancer.`,
    ]);
    expect(await refusal(stage.call("UpdateService", { cluster: "dev", service: "absent" }))).toEqual([
      "ServiceNotFoundException",
      "Service not found.",
    ]);
  });

  it("are created once, however often they are asked for", async () => {
    const { stage, input } = await prepared();
    const first = await stage.call<CreateServiceResponse>("CreateService", input);
    const again = await stage.call<CreateServiceResponse>("CreateService", input);
    expect(again.service?.deployments?.[0]?.id).toBe(first.service?.deployments?.[0]?.id);
    expect(await refusal(stage.call("CreateService", { ...input, desiredCount: 3 }))).toEqual([
      "InvalidParameterException",
      "Creation of service was not idempotent.",
    ]);
  });

  it("start a deployment for some changes and not for others", async () => {
    const { stage, input } = await prepared();
    await stage.call("CreateService", input);
    const id = async (changes: object) => {
      const answer = await stage.call<UpdateServiceResponse>("UpdateService", {
        cluster: "dev",
        service: "web",
        ...changes,
      });
      return answer.service?.deployments?.[0]?.id;
    };
    const first = await id({});
    expect(await id({ desiredCount: 0 })).toBe(first);
    expect(await id({ taskDefinition: input.taskDefinition })).toBe(first);
    expect(
      await id({ deploymentConfiguration: { maximumPercent: 150 }, healthCheckGracePeriodSeconds: 9 }),
    ).toBe(first);
    expect(await id({ propagateTags: "SERVICE", availabilityZoneRebalancing: "DISABLED" })).toBe(first);
    const forced = await id({ forceNewDeployment: true });
    expect(forced).not.toBe(first);
    const network = await id({ networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-2"] } } });
    expect(network).not.toBe(forced);
    expect(await id({ taskDefinition: await stage.define("one") })).not.toBe(network);
    const spot = { capacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT", weight: 1 }] };
    expect((await refusal(id(spot)))[1]).toContain("you must force a new deployment");
    await id({ ...spot, forceNewDeployment: true });
    expect((await stage.service()).capacityProviderStrategy).toEqual(spot.capacityProviderStrategy);
  });

  it("F2: an update supersedes the service deployment under way", async () => {
    const { stage, input } = await prepared();
    await stage.call("CreateService", { ...input, desiredCount: 1 });
    const first = await stage.deployment();
    await stage.call("UpdateService", { cluster: "dev", service: "web", forceNewDeployment: true });
    const { serviceDeployments } = await stage.call<{
      serviceDeployments: { status: string; statusReason?: string }[];
    }>("DescribeServiceDeployments", { serviceDeploymentArns: [first.serviceDeploymentArn] });
    expect(serviceDeployments[0]).toMatchObject({
      status: "STOPPED",
      statusReason: expect.stringContaining("newer"),
    });
    await stage.ends("SUCCESSFUL");
  });

  it("show what is missing as failures, and their revisions", async () => {
    const { stage, input } = await prepared();
    await stage.call("CreateService", input);
    const { failures } = await stage.call<DescribeServicesResponse>("DescribeServices", {
      cluster: "dev",
      services: ["web", "absent"],
    });
    expect(failures).toEqual([
      { arn: "arn:aws:ecs:us-east-1:111111111111:service/dev/absent", reason: "MISSING" },
    ]);
    const tasks = await stage.call<DescribeTasksResponse>("DescribeTasks", {
      cluster: "dev",
      tasks: ["0123"],
    });
    expect(tasks.failures?.[0]?.reason).toBe("MISSING");
    const { targetServiceRevision } = await stage.deployment();
    const { serviceRevisions } = await stage.call<DescribeServiceRevisionsResponse>(
      "DescribeServiceRevisions",
      {
        serviceRevisionArns: [targetServiceRevision?.arn],
      },
    );
    expect(serviceRevisions?.[0]).toMatchObject({
      taskDefinition: input.taskDefinition,
      launchType: "FARGATE",
      containerImages: [{ containerName: "web", image: "one" }],
    });
  });

  it("keep their cluster from being deleted, and carry tags", async () => {
    const { stage, input } = await prepared();
    const { service } = await stage.call<CreateServiceResponse>("CreateService", {
      ...input,
      tags: [{ key: "a", value: "1" }],
    });
    expect((await refusal(stage.call("DeleteCluster", { cluster: "dev" })))[0]).toBe(
      "ClusterContainsServicesException",
    );
    const resourceArn = service?.serviceArn;
    await stage.call("TagResource", { resourceArn, tags: [{ key: "b", value: "2" }] });
    await stage.call("UntagResource", { resourceArn, tagKeys: ["a"] });
    const { tags } = await stage.call<ListTagsForResourceResponse>("ListTagsForResource", { resourceArn });
    expect(tags).toEqual([{ key: "b", value: "2" }]);
    expect((await stage.call<ListServicesResponse>("ListServices", { cluster: "dev" })).serviceArns).toEqual([
      resourceArn,
    ]);
  });
});
