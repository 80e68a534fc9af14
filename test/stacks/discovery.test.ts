import { expect, it } from "vitest";
import { oneService, run } from "./program.js";

const registry = "arn:aws:servicediscovery:us-east-1:111111111111:service/srv-0123456789abcdef";
const ecsService = "aws:ecs/service:Service";
const securityGroup = "aws:ec2/securityGroup:SecurityGroup";

function found(settings: Record<string, unknown>, stack = "dev"): ReturnType<typeof run> {
  const web = { repository: "hello", port: 8080, ...settings };
  return run({ stack, config: oneService({ "moorage:services": { web } }) });
}

it("a service that is found by DNS is registered with the team's registry, and lets in its callers at its port", async () => {
  const { declared, find, outputs } = await found({
    discovery: { registry, ingress: ["10.1.0.0/16", "10.0.0.0/24", "10.1.0.0/16"] },
  });
  expect(find(ecsService)["serviceRegistries"]).toEqual({ registryArn: registry });
  expect(find(securityGroup)["ingress"]).toMatchObject([
    { description: "From the load balancer", fromPort: 8080, securityGroups: ["sg-balancer"] },
    {
      description: "From those that find it by DNS",
      protocol: "tcp",
      fromPort: 8080,
      toPort: 8080,
      cidrBlocks: ["10.0.0.0/24", "10.1.0.0/16"],
    },
  ]);
  const rows = outputs["services"] as { standing?: { openPorts: number[] } }[];
  expect(rows[0]?.standing?.openPorts).toEqual([8080]);
  expect(declared.filter(({ type }) => type.startsWith("aws:servicediscovery/"))).toEqual([]);
});

it("a service whose callers a further security group lets in has no rule for them of its own", async () => {
  const { find } = await found({ discovery: { registry }, securityGroups: ["sg-api"] });
  expect(find(securityGroup)["ingress"]).toMatchObject([{ description: "From the load balancer" }]);
  expect(find(ecsService)["networkConfiguration"]).toMatchObject({
    securityGroups: ["web-tasks-id", "sg-api"],
  });
});

it("an SRV record has the service's port", async () => {
  const { find } = await found({ discovery: { registry, record: "SRV", ingress: ["10.0.0.0/16"] } });
  expect(find(ecsService)["serviceRegistries"]).toEqual({ registryArn: registry, port: 8080 });
});

it("an internal service that is found by DNS alone has no namespace, and no other callers", async () => {
  const { declared, find } = await found({
    kind: "internal",
    discovery: { registry, ingress: ["10.0.0.0/16"] },
  });
  expect(declared.filter(({ type }) => type.startsWith("aws:servicediscovery/"))).toEqual([]);
  expect(find(ecsService)).not.toHaveProperty("serviceConnectConfiguration");
  expect(find(securityGroup)["ingress"]).toMatchObject([{ cidrBlocks: ["10.0.0.0/16"] }]);
});

it("a service without discovery, and one in a preview, is registered nowhere", async () => {
  expect((await found({})).find(ecsService)).not.toHaveProperty("serviceRegistries");
  const { find } = await found({ discovery: { registry, ingress: ["10.0.0.0/16"] } }, "pr-42");
  expect(find(ecsService)).not.toHaveProperty("serviceRegistries");
  expect(find(securityGroup)["ingress"]).toMatchObject([{ description: "From the load balancer" }]);
});
