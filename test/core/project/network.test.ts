import { expect, it } from "vitest";
import { parseConfig } from "../../../src/core/project/parse.js";
import { tuneForPreview } from "../../../src/core/project/preview.js";
import { MoorageError } from "../../../src/core/errors.js";

const mqtt = { kind: "network", repository: "hello", port: 1883, network: { loadBalancer: "shared" } };

function parse(services: object, foundation: unknown = "foundation-dev") {
  const raw = {
    "aws:region": "us-east-1",
    "moorage:app": "hello",
    "moorage:foundation": foundation,
    "moorage:services": services,
  };
  return parseConfig(raw, "Pulumi.dev.yaml");
}

function messageOf(services: object, foundation?: unknown): string {
  try {
    parse(services, foundation);
  } catch (error) {
    if (error instanceof MoorageError) return error.message;
    throw error;
  }
  return "no mistake";
}

it("a service at a network load balancer has a check by TCP by default", () => {
  const { services } = parse({ mqtt });
  expect(services["mqtt"]).toMatchObject({
    network: { protocol: "TCP", health: { protocol: "TCP", interval: 30 }, deregistrationDelay: 30 },
  });
});

it.each([
  ["network is missing", { ...mqtt, network: undefined }, "name the network load balancer"],
  ["a path of HTTP", { ...mqtt, path: "/x" }, "is of HTTP requests"],
  ["TLS", { ...mqtt, network: { loadBalancer: "shared", protocol: "TLS" } }, "is not possible yet"],
  ["UDP", { ...mqtt, network: { loadBalancer: "shared", protocol: "UDP" } }, "is not possible yet"],
  [
    "a path of TCP",
    { ...mqtt, network: { loadBalancer: "shared", health: { path: "/x" } } },
    "a check by TCP asks for nothing",
  ],
  [
    "a timeout",
    { ...mqtt, network: { loadBalancer: "shared", health: { interval: 5 } } },
    "must be below the interval (5 s)",
  ],
  [
    "of a web service",
    { repository: "hello", port: 80, network: { loadBalancer: "shared" } },
    "write `kind: network`",
  ],
])("refuses %s", (_title, service, message) => {
  expect(messageOf({ mqtt: service })).toContain(message);
});

it("one port of a load balancer is one service's", () => {
  expect(messageOf({ mqtt, other: mqtt })).toContain('service "mqtt" listens there at shared');
  expect(messageOf({ mqtt, other: { ...mqtt, network: { loadBalancer: "shared", port: 99 } } })).toBe(
    "no mistake",
  );
});

it("a foundation that is named part by part has the load balancer", () => {
  const foundation = {
    cluster: "arn:aws:ecs:us-east-1:111111111111:cluster/dev",
    listener:
      "arn:aws:elasticloadbalancing:us-east-1:111111111111:listener/app/shared/50dc6c495c0c9188/f2f7dc8efc522ab2",
    vpc: "vpc-1",
    subnets: ["subnet-1"],
  };
  const arn = "arn:aws:elasticloadbalancing:us-east-1:111111111111:loadbalancer/net/shared/50dc6c495c0c9188";
  expect(messageOf({ mqtt }, foundation)).toContain("is not in `networkLoadBalancers`");
  expect(
    messageOf({ mqtt }, { ...foundation, networkLoadBalancers: { shared: arn.replace("/net/", "/app/") } }),
  ).toContain("must be the ARN of a network load balancer");
  expect(messageOf({ mqtt }, { ...foundation, networkLoadBalancers: { shared: arn } })).toBe("no mistake");
});

it("previews share no port of a load balancer", () => {
  const { services } = tuneForPreview(parse({ mqtt }));
  expect(services["mqtt"]).toMatchObject({ kind: "network", port: 1883, network: undefined });
});
