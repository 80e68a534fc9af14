import { expect, it } from "vitest";
import { inPlace } from "../../src/features/deploy/in-place.js";
import { planWarnings } from "../../src/features/deploy/plan/guard.js";
import { github, runFoundation, settings } from "./foundation-run.js";
import { account, digestA, foundation, oneService, run } from "./program.js";

const group = "aws:lb/targetGroup:TargetGroup";
const listener = "aws:lb/listener:Listener";
const firewall = "aws:ec2/securityGroup:SecurityGroup";
const shared = `arn:aws:elasticloadbalancing:us-east-1:${account}:loadbalancer/net/shared/60dc6c495c0c9188`;

function withService(changes: object = {}, { stack = "dev", network = {} as object, more = {} } = {}) {
  const mqtt = {
    kind: "network",
    repository: "hello",
    port: 1883,
    network: { loadBalancer: "shared", ...network },
    ...changes,
  };
  const config = oneService({
    "moorage:services": { mqtt },
    "moorage:digests": { mqtt: digestA },
    "moorage:foundation": { ...foundation, networkLoadBalancers: { shared } },
    ...more,
  });
  return run({ stack, config });
}

it("a service at a network load balancer has a listener and a target group of its own there", async () => {
  const { declared, find, outputs } = await withService(
    {},
    {
      network: {
        port: 8883,
        health: { protocol: "HTTP", path: "/ready", port: 9000 },
        proxyProtocol: true,
        terminateConnections: true,
        allow: ["10.0.0.0/8", "fd00::/8"],
      },
    },
  );
  expect(declared.filter(({ type }) => type === "aws:lb/listenerRule:ListenerRule")).toEqual([]);
  expect(find(listener)).toMatchObject({
    loadBalancerArn: shared,
    port: 8883,
    protocol: "TCP",
    defaultActions: [{ type: "forward", targetGroupArn: `arn:${group}:mqtt-network-targets` }],
  });
  expect(find(group)).toMatchObject({
    protocol: "TCP",
    targetType: "ip",
    deregistrationDelay: 30,
    connectionTermination: true,
    preserveClientIp: "false",
    proxyProtocolV2: true,
    healthCheck: { protocol: "HTTP", path: "/ready", port: "9000", interval: 30 },
  });
  expect(find("aws:ecs/service:Service")).toMatchObject({
    healthCheckGracePeriodSeconds: 60,
    loadBalancers: [
      { targetGroupArn: `arn:${group}:mqtt-network-targets`, containerName: "mqtt", containerPort: 1883 },
    ],
  });
  const reached = {
    securityGroups: ["sg-a", "sg-b"],
    cidrBlocks: ["10.0.0.0/8"],
    ipv6CidrBlocks: ["fd00::/8"],
  };
  expect(find(firewall)["ingress"]).toMatchObject([
    { fromPort: 1883, ...reached },
    { fromPort: 9000, ...reached },
  ]);
  expect(outputs["services"]).toMatchObject([
    { targetGroup: `arn:${group}:mqtt-network-targets`, network: { port: 8883 } },
  ]);
});

it("another port replaces neither group, and the check by TCP has no path", async () => {
  const [one, other] = [await withService(), await withService({ port: 1999 })];
  expect(one.find(group)["name"]).toBe(other.find(group)["name"]);
  expect(one.find(group)["healthCheck"]).not.toHaveProperty("path");
  expect(other.find(listener)["port"]).toBe(1999);
});

it("a name that the foundation does not have is refused", async () => {
  const stacks = { "organization/hello/foundation-dev": { ...foundation, networkLoadBalancers: {} } };
  const config = oneService({
    "moorage:services": {
      mqtt: { kind: "network", repository: "hello", port: 1883, network: { loadBalancer: "other" } },
    },
    "moorage:digests": { mqtt: digestA },
    "moorage:foundation": "foundation-dev",
  });
  await expect(run({ stack: "dev", config, stacks })).rejects.toThrow(/has no network load balancer other/);
});

it("what stands in for a foundation plays every network load balancer", async () => {
  const { find } = await withService(
    {},
    { network: { loadBalancer: "other" }, more: { "moorage:hostsBelow": "localhost" } },
  );
  expect(find(listener)["loadBalancerArn"]).toBe(shared);
});

it("a preview has neither listener nor target group", async () => {
  const { declared, find } = await withService(
    {},
    { stack: "pr-42", more: { "moorage:preview": { domain: "localhost" } } },
  );
  expect(declared.filter(({ type }) => [listener, group].includes(type))).toEqual([]);
  expect(find(firewall)["ingress"]).toEqual([]);
});

it("the state tells where a service stands at a network load balancer", () => {
  const resource = (type: string, name: string, inputs: object) =>
    ({ type, name, inputs, outputs: {} }) as unknown as Parameters<typeof inPlace>[0][number];
  const { standing } = inPlace([
    resource("aws:ecs/service:Service", "mqtt", { loadBalancers: [{ containerPort: 1883 }] }),
    resource(group, "mqtt-network-targets", { name: "g", port: 80 }),
    resource(listener, "mqtt-network", { loadBalancerArn: shared }),
    resource(firewall, "mqtt-tasks", { name: "s", ingress: [{ fromPort: 1883 }] }),
  ]);
  expect(standing["mqtt"]).toMatchObject({ listener: shared, openPorts: [1883], taskPort: 1883 });
});

it("a plan that replaces such a group says that connections are refused meanwhile", () => {
  const step = {
    operation: "replace",
    type: group,
    name: "mqtt-network-targets",
    protected: false,
    replacedBy: ["name"],
  } as const;
  expect(planWarnings([step])).toEqual([
    "The target group mqtt-network-targets is replaced (its name): connections are refused until the new tasks are healthy.",
  ]);
});

it("a foundation names them for its environments and lets their roles make listeners there alone", async () => {
  const { outputs, declared } = await runFoundation(
    settings({
      "moorage:networkLoadBalancers": { shared },
      "moorage:github": github,
      "moorage:state": { bucket: "hello-state" },
    }),
  );
  expect(outputs["networkLoadBalancers"]).toEqual({ shared });
  const policies = declared
    .map(({ name, inputs }) => ({ name, text: String(inputs["policy"] ?? "") }))
    .filter(({ text }) => text.includes("elasticloadbalancing:CreateListener"));
  expect(policies.filter(({ text }) => text.includes(shared)).length).toBeGreaterThan(0);
  expect(policies.filter(({ name }) => name.includes("preview"))).toEqual([]);
});
