import type { ECSClient } from "@aws-sdk/client-ecs";
import {
  DescribeServiceDeploymentsCommand,
  DescribeTaskDefinitionCommand,
  ListAccountSettingsCommand,
  ListServiceDeploymentsCommand,
  RegisterTaskDefinitionCommand,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listenerRules, readTargetHealth } from "../../../../src/adapters/aws/balancer.js";
import { type AwsClients, awsClients } from "../../../../src/adapters/aws/clients.js";
import { resolveImage } from "../../../../src/adapters/aws/images.js";
import { findLeftovers, type StackTraces } from "../../../../src/adapters/aws/leftovers.js";
import { rolloutFacts } from "../../../../src/adapters/aws/rollout.js";
import type { Foundation } from "../../src/foundation.js";
import { eventually } from "../../../../test/harness/eventually.js";
import { connectionOf } from "../../../../test/harness/local-connection.js";
import { Sandbox } from "../../../../test/harness/sandbox.js";
import { type Deployed, deployPreview, sickCommand } from "./preview.js";

const timeout = 120_000;

describe("AWS SDK on a stack that Moorage deployed", () => {
  const sandbox = new Sandbox();
  let preview: Deployed;
  let foundation: Foundation;
  let clients: AwsClients;
  let ecs: ECSClient;

  beforeAll(async () => {
    preview = await deployPreview(sandbox);
    foundation = JSON.parse(preview.exports["MOORAGE_FOUNDATION"] ?? "{}") as Foundation;
    clients = awsClients(connectionOf(preview.exports));
    ecs = await clients.ecs();
  }, timeout);
  afterAll(async () => {
    clients.close();
    await sandbox.close();
  }, timeout);

  const ofService = () => ({ cluster: preview.cluster, service: preview.service });

  const traces = (): StackTraces => ({
    project: "hello",
    stack: "pr-42",
    cluster: preview.cluster,
    listener: foundation.listener,
    host: "pr-42.localhost",
    serviceNames: [preview.service],
    roleNames: ["hello-web-execution-pr-42", "hello-web-task-pr-42"],
    logGroupNames: ["/ecs/pr-42/web"],
  });

  it("rolloutFacts: the deployment and the digest that Moorage told", async () => {
    const deployed = preview.up.services[0];
    const facts = await rolloutFacts(clients, preview.cluster, preview.service);
    expect(facts.service?.deployments).toMatchObject([
      { id: deployed?.deploymentId, taskDefinition: deployed?.taskDefinition, rolloutState: "COMPLETED" },
    ]);
    expect(facts.serviceDeployments).toMatchObject([{ status: "SUCCESSFUL" }]);
    expect(facts.tasks).toMatchObject([{ digest: deployed?.digest, lastStatus: "RUNNING" }]);
  });

  it("listenerRules and targetHealth: the preview's host, and one healthy target", async () => {
    const rules = await listenerRules(clients, foundation.listener);
    expect(rules.map(({ Conditions }) => Conditions?.[0]?.HostHeaderConfig?.Values)).toEqual([
      ["pr-42.localhost"],
    ]);
    const group = rules[0]?.Actions?.[0]?.TargetGroupArn ?? "";
    expect(await readTargetHealth(clients, group)).toMatchObject([{ state: "healthy" }]);
  });

  it("`local env` says the same where its own exports are in force: its secret is no secret to its caller", async () => {
    const named = Object.entries(preview.exports).filter(([name]) => name.startsWith("AWS_"));
    const exports = Object.fromEntries(named);
    const again = await sandbox.moorage(["local", "env", "--json"], exports);
    expect(again.json()).toMatchObject(exports);
    const inShell = await sandbox.moorage(["local", "env"], exports);
    expect(inShell.stdout).toContain(
      `export AWS_SECRET_ACCESS_KEY=${exports["AWS_SECRET_ACCESS_KEY"] ?? ""}\n`,
    );
  });

  it("resolveImage: the digest that `local image` told", async () => {
    const account = preview.exports["AWS_ACCESS_KEY_ID"] ?? "";
    const resolved = await resolveImage(clients, { account, repository: "hello", tag: "v1" });
    expect(resolved.digest).toBe(preview.image.digest);
  });

  it("StopServiceDeployment rolls an unhealthy revision back", { timeout }, async () => {
    const good = preview.up.services[0]?.taskDefinition;
    const taskDefinition = await registerSick(good);
    const healthCheckGracePeriodSeconds = 1_000_000;
    await ecs.send(
      new UpdateServiceCommand({ ...ofService(), taskDefinition, healthCheckGracePeriodSeconds }),
    );
    const listed = await ecs.send(
      new ListServiceDeploymentsCommand({ ...ofService(), status: ["IN_PROGRESS"] }),
    );
    const serviceDeploymentArn = listed.serviceDeployments?.[0]?.serviceDeploymentArn ?? "";
    await ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: "ROLLBACK" }));
    await eventually(
      "it is rolled back",
      async () => {
        const serviceDeploymentArns = [serviceDeploymentArn];
        const answer = await ecs.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns }));
        return answer.serviceDeployments?.[0]?.status === "ROLLBACK_SUCCESSFUL";
      },
      60_000,
    );
    const { service } = await rolloutFacts(clients, preview.cluster, preview.service);
    expect(service?.deployments).toMatchObject([{ taskDefinition: good, status: "PRIMARY" }]);
  });

  async function registerSick(good: string | undefined): Promise<string | undefined> {
    const described = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: good }));
    const { family, cpu, memory, networkMode, requiresCompatibilities, containerDefinitions } =
      described.taskDefinition ?? {};
    const { taskDefinition } = await ecs.send(
      new RegisterTaskDefinitionCommand({
        ...{ family, cpu, memory, networkMode, requiresCompatibilities },
        containerDefinitions: containerDefinitions?.map((one) => ({ ...one, command: sickCommand })),
      }),
    );
    return taskDefinition?.taskDefinitionArn;
  }

  it("an operation that is not there is refused as AWS refuses it", async () => {
    const asked = ecs.send(new ListAccountSettingsCommand({}));
    await expect(asked).rejects.toMatchObject({
      name: "UnknownOperationException",
      $metadata: { httpStatusCode: 400 },
    });
  });

  it(
    "F13: findLeftovers: everything of the stack, and nothing after `preview destroy`",
    { timeout },
    async () => {
      const kinds = (found: string[]) => found.map((one) => one.replace(/ (arn:|\/|hello|sg-).*$/, ""));
      expect(kinds(await findLeftovers(clients, traces())).sort()).toEqual([
        "ECS service",
        "listener rule",
        "log group",
        "security group",
        "target group",
        "task",
      ]);
      await sandbox.json("preview", "destroy", "--pr", "42");
      expect(await findLeftovers(clients, traces())).toEqual([]);
    },
  );
});
