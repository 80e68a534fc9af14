import { expect, it, onTestFinished } from "vitest";
import { awsClients } from "../../../../src/adapters/aws/clients.js";
import { parseConfig } from "../../../../src/core/project/parse.js";
import { judgeTargetGroup } from "../../../../src/features/inspect/verify/service.js";
import type { VerifyInput } from "../../../../src/features/inspect/verify/verify-input.js";
import { bench, wired } from "../../../../packages/local-aws/test/services/elbv2/support.js";
import { clientConfig, recording, serve } from "../../../../packages/local-aws/test/wire/serve.js";

/** The group is for port 8080, and the service registers its tasks with another. */
async function judge(containerPort: number, service: object) {
  const { elbv2, call, store } = bench();
  const { targetGroupArn } = await wired(call);
  const loadBalancers = [{ targetGroupArn, containerName: "web", containerPort }];
  const ecs = recording({ services: [{ status: "ACTIVE", loadBalancers }], failures: [] });
  const { endpoint } = await serve({ elbv2, ecs: ecs.service("DescribeServices") }, store);
  const aws = awsClients(clientConfig(endpoint));
  onTestFinished(() => aws.close());
  const config = parseConfig(
    {
      "moorage:app": "hello",
      "moorage:registry": "registry.example.com",
      "moorage:foundation": "foundation-dev",
      "moorage:services": { web: { repository: "hello", ...service } },
    },
    "test",
  );
  const record = { deployed: { services: [{ name: "web", targetGroup: targetGroupArn }] } };
  const foundation = { cluster: "arn:aws:ecs:us-east-1:111111111111:cluster/dev" };
  const input = { context: { aws }, config, environment: "dev", foundation, record };
  return judgeTargetGroup(input as unknown as VerifyInput, "web");
}

const front = { target: { container: "nginx", port: 8087 }, sidecars: { nginx: {} } };

it.each([
  [9090, { port: 9090 }, "Port 9090, HTTP, behind a load balancer."],
  [8087, { port: 8080, ...front }, "Port 8087, HTTP, behind a load balancer."],
  [8080, { port: 8080, ...front }, /; the next deployment registers port 8087\.$/],
])("a group keeps the port that it was made with: tasks at %i, %j", async (port, service, message) => {
  const judged = await judge(port, service);
  expect(judged.result).toBe("OK");
  expect(judged.message).toMatch(message);
});
