import type {
  DescribeServiceDeploymentsResponse,
  DescribeServicesResponse,
  DescribeTaskDefinitionResponse,
  ListServiceDeploymentsResponse,
  RegisterTaskDefinitionResponse,
  Service,
  UpdateServiceResponse,
} from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { eventually } from "../../../../test/harness/eventually.js";
import { describeWith, pythonTool } from "../../../../test/harness/python-tool.js";
import { Sandbox } from "../../../../test/harness/sandbox.js";
import { AwsCli } from "./aws-cli.js";
import { type Deployed, deployPreview, sickCommand } from "./preview.js";

const timeout = 120_000;
/** Of looks that cost a start of Python each. */
const patience = 60_000;

describeWith(await pythonTool("awscli"), "AWS CLI on a stack that Moorage deployed", (tool) => {
  const sandbox = new Sandbox();
  let preview: Deployed;
  let aws: AwsCli;
  beforeAll(async () => {
    preview = await deployPreview(sandbox);
    aws = new AwsCli(tool, preview.exports);
  }, timeout);
  afterAll(() => sandbox.close(), timeout);

  const ofService = () => ["--cluster", preview.cluster, "--service", preview.service];
  const ofServices = () => ["--cluster", preview.cluster, "--services", preview.service];

  async function service(): Promise<Service> {
    const answer = await aws.json<DescribeServicesResponse>("ecs", "describe-services", ...ofServices());
    return answer.services?.[0] ?? {};
  }

  it("ecs describe-services", { timeout }, async () => {
    const {
      services: [deployed],
    } = preview.up;
    expect(await service()).toMatchObject({
      serviceName: preview.service,
      status: "ACTIVE",
      runningCount: 1,
      taskDefinition: deployed?.taskDefinition,
      deployments: [{ id: deployed?.deploymentId, status: "PRIMARY", rolloutState: "COMPLETED" }],
    });
  });

  it("ecs wait services-stable", { timeout }, async () => {
    const run = await aws.run("ecs", "wait", "services-stable", ...ofServices());
    expect(run).toMatchObject({ code: 0, stdout: "", stderr: "" });
  });

  it("elbv2 describe-target-health", { timeout }, async () => {
    const targetGroup = (await service()).loadBalancers?.[0]?.targetGroupArn ?? "";
    const query = "TargetHealthDescriptions[].TargetHealth.State";
    const states = ["--target-group-arn", targetGroup, "--query", query];
    expect(await aws.json("elbv2", "describe-target-health", ...states)).toEqual(["healthy"]);
  });

  it("ecr describe-images", { timeout }, async () => {
    const query = "imageDetails[].{digest: imageDigest, tags: imageTags}";
    const images = await aws.json("ecr", "describe-images", "--repository-name", "hello", "--query", query);
    expect(images).toEqual([{ digest: preview.image.digest, tags: ["v1"] }]);
  });

  it("ssm put-parameter and get-parameter", { timeout }, async () => {
    const name = ["--name", "/moorage/hello/staging/version"];
    const put = ["ssm", "put-parameter", ...name, "--type", "String", "--overwrite", "--value"];
    expect(await aws.json(...put, "sha-0123456789ab")).toMatchObject({ Version: 1 });
    expect(await aws.json(...put, "sha-ba9876543210")).toMatchObject({ Version: 2 });
    expect(await aws.json("ssm", "get-parameter", ...name)).toMatchObject({
      Parameter: { Value: "sha-ba9876543210", Version: 2, Type: "String" },
    });
  });

  it("logs filter-log-events", { timeout }, async () => {
    const group = ["--log-group-name", "/ecs/pr-42/web", "--filter-pattern", "listens"];
    const query = ["--query", "events[].message"];
    const messages = await aws.json("logs", "filter-log-events", ...group, ...query);
    expect(messages).toEqual([expect.stringMatching(/^hello v1 listens on /)]);
  });

  it("takes all it needs from `moorage local env`", { timeout }, async () => {
    const run = await aws.start(["sts", "get-caller-identity"], preview.exports);
    expect(run.json()).toMatchObject({ Account: preview.exports["AWS_ACCESS_KEY_ID"] });
  });

  it("ecs update-service starts a deployment", { timeout }, async () => {
    const before = (await service()).deployments?.[0]?.id;
    const update = ["ecs", "update-service", ...ofService(), "--force-new-deployment"];
    const { service: updated } = await aws.json<UpdateServiceResponse>(...update);
    expect(updated?.deployments?.[0]).toMatchObject({ status: "PRIMARY", rolloutState: "IN_PROGRESS" });
    expect(updated?.deployments?.[0]?.id).not.toBe(before);
    await eventually(
      "the deployment has ended",
      async () => (await service()).deployments?.length === 1,
      patience,
    );
  });

  it("ecs stop-service-deployment rolls an unhealthy revision back", { timeout }, async () => {
    const good = (await service()).taskDefinition ?? "";
    const taskDefinition = await registerSick(good);
    // Within its grace period it is neither healthy nor replaced, however slow this machine starts Python.
    const grace = ["--health-check-grace-period-seconds", "1000000"];
    await aws.json("ecs", "update-service", ...ofService(), ...grace, "--task-definition", taskDefinition);
    const arn = await serviceDeploymentInProgress();
    const which = ["--service-deployment-arn", arn];
    expect(await aws.json("ecs", "stop-service-deployment", ...which)).toEqual({ serviceDeploymentArn: arn });
    await eventually(
      "it is rolled back",
      async () => {
        const describe = ["ecs", "describe-service-deployments", "--service-deployment-arns", arn];
        const { serviceDeployments } = await aws.json<DescribeServiceDeploymentsResponse>(...describe);
        return serviceDeployments?.[0]?.status === "ROLLBACK_SUCCESSFUL";
      },
      patience,
    );
    expect((await service()).taskDefinition).toBe(good);
  });

  async function registerSick(arn: string): Promise<string> {
    const describe = ["ecs", "describe-task-definition", "--task-definition", arn];
    const { taskDefinition } = await aws.json<DescribeTaskDefinitionResponse>(...describe);
    const { family, cpu, memory, networkMode, requiresCompatibilities, containerDefinitions } =
      taskDefinition ?? {};
    const sick = containerDefinitions?.map((container) => ({ ...container, command: sickCommand }));
    const input = { family, cpu, memory, networkMode, requiresCompatibilities, containerDefinitions: sick };
    const register = ["ecs", "register-task-definition", "--cli-input-json", JSON.stringify(input)];
    const registered = await aws.json<RegisterTaskDefinitionResponse>(...register);
    return registered.taskDefinition?.taskDefinitionArn ?? "";
  }

  async function serviceDeploymentInProgress(): Promise<string> {
    const list = ["ecs", "list-service-deployments", ...ofService(), "--status", "IN_PROGRESS"];
    const { serviceDeployments } = await aws.json<ListServiceDeploymentsResponse>(...list);
    return serviceDeployments?.[0]?.serviceDeploymentArn ?? "";
  }

  it.each([
    [["ecs", "list-account-settings"], "UnknownOperationException"],
    [["elbv2", "describe-ssl-policies"], "InvalidAction"],
  ])("%j, which is not there, is refused as AWS refuses it", { timeout }, async (args, code) => {
    const run = await aws.run(...args);
    expect(run.code).not.toBe(0);
    expect(run.stderr).toContain(`An error occurred (${code}) when calling the`);
  });
});
