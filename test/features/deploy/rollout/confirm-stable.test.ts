import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { ECSClient } from "@aws-sdk/client-ecs";
import { expect, it, onTestFinished } from "vitest";
import type { AwsClients } from "../../../../src/adapters/aws/clients.js";
import { parseConfig } from "../../../../src/core/project/parse.js";
import type { Context } from "../../../../src/context/context.js";
import { confirmStable } from "../../../../src/features/deploy/rollout/confirm-stable.js";
import type { StackOutputs } from "../../../../src/features/deploy/outputs.js";
import { smallSettings } from "../../../harness/small-project.js";

const taskDefinition = "arn:aws:ecs:us-east-1:111111111111:task-definition/hello-web-dev:2";
const deploymentId = "ecs-svc/2";

/** ECS as it is once the rollout has completed, or nobody who answers. */
function ecs(answers: boolean): AwsClients {
  const deployments = [{ id: deploymentId, status: "PRIMARY", taskDefinition, rolloutState: "COMPLETED" }];
  const task = { taskArn: "task/1", taskDefinitionArn: taskDefinition, lastStatus: "RUNNING" };
  const known: Record<string, object> = {
    DescribeServicesCommand: { services: [{ status: "ACTIVE", desiredCount: 1, deployments }] },
    ListTasksCommand: { taskArns: ["task/1"] },
    DescribeTasksCommand: { tasks: [task] },
  };
  const send = async (command: object) => {
    if (!answers) throw new Error("ECS does not answer");
    return known[command.constructor.name] ?? {};
  };
  return { ecs: async () => ({ send }) as unknown as ECSClient } as AwsClients;
}

/** An app that answers with these codes, the last of them for ever. */
async function app(...codes: number[]) {
  let asked = 0;
  const server = createServer((_request, response) => {
    response.statusCode = codes[Math.min(asked++, codes.length - 1)] ?? 200;
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return { url, asked: () => asked };
}

const config = parseConfig({ ...smallSettings, "moorage:smoke": { path: "/" } }, "test");

async function looked(url: string, outcome: "succeeded" | "no-deployment", answers = true) {
  const wait = { first: 5, most: 5, backedOff: 5, settle: 30, quiet: 10 };
  const context = { aws: ecs(answers), target: { wait }, signal: new AbortController().signal };
  const task = { id: "1", taskDefinition, lastStatus: "RUNNING", desiredStatus: "RUNNING" };
  const unknown = { digest: undefined, stoppedReason: undefined, stopCode: undefined, exitCode: undefined };
  const facts = { service: undefined, serviceDeployments: [], tasks: [{ ...task, ...unknown }] };
  const services = [{ name: "web", serviceName: "hello-web-dev", taskDefinition }];
  const { smoke } = await confirmStable(
    context as unknown as Context,
    { config, imageTag: "v2", images: [], stack: "dev" },
    { clusterArn: "cluster", services } as unknown as StackOutputs,
    {
      rollouts: [{ name: "web", verdict: { outcome, deploymentId }, facts }],
      smoke: [{ url, passed: true, status: 200, problem: null, durationMs: 1 }],
    },
  );
  return smoke[0];
}

it("F22: an app that has stopped to answer is no success, before ECS knows of it", async () => {
  const { url } = await app(502);
  expect(await looked(url, "succeeded")).toMatchObject({
    passed: false,
    status: 502,
    problem: "answers 502, once it had passed",
  });
});

it("F5: one lost answer, and an ECS that does not answer, say nothing", async () => {
  expect(await looked((await app(502, 200)).url, "succeeded")).toMatchObject({ passed: true });
  expect(await looked((await app(200)).url, "succeeded", false)).toMatchObject({ passed: true });
});

it("costs nothing where nothing was started", async () => {
  const { url, asked } = await app(502);
  expect(await looked(url, "no-deployment")).toMatchObject({ passed: true });
  expect(asked()).toBe(0);
});
