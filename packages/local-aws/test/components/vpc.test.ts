import { describe, expect, it } from "vitest";
import type { Registered, Registration } from "../../src/components/monitor.js";
import { constructVpc } from "../../src/components/vpc.js";
import type { Properties } from "../../src/provider/values.js";

const subnets = { subnetStrategy: "Auto", subnetSpecs: [{ type: "Public" }, { type: "Private" }] };

/** What is registered for a VPC of these inputs, and its outputs. */
async function construct(inputs: Properties) {
  const made: Registration[] = [];
  const resource = (one: Registration): Promise<Registered> => {
    made.push(one);
    return Promise.resolve({
      urn: one.name,
      id: `${one.type.split(":").at(-1) ?? ""}-${one.name}`,
      outputs: {},
    });
  };
  const site = { account: "111111111111", region: "us-east-1" };
  const component = {
    monitor: { resource },
    name: "net",
    parent: "urn",
    inputs: { ...subnets, ...inputs },
    site,
  };
  const outputs = await constructVpc(component);
  return { made, outputs, of: (kind: string) => made.filter(({ type }) => type.endsWith(`:${kind}`)) };
}

describe("awsx's VPC", () => {
  it("is made of a public and a private subnet in each zone, with awsx's names", async () => {
    const { of, outputs } = await construct({ numberOfAvailabilityZones: 2, cidrBlock: "10.0.0.0/16" });
    expect(
      of("Subnet").map(({ name, inputs }) => [name, inputs["cidrBlock"], inputs["availabilityZone"]]),
    ).toEqual([
      ["net-public-1", "10.0.0.0/18", "us-east-1a"],
      ["net-private-1", "10.0.64.0/18", "us-east-1a"],
      ["net-public-2", "10.0.128.0/18", "us-east-1b"],
      ["net-private-2", "10.0.192.0/18", "us-east-1b"],
    ]);
    expect(outputs["privateSubnetIds"]).toEqual(["Subnet-net-private-1", "Subnet-net-private-2"]);
  });

  it.each([
    ["None", 0, ["net-public-1", "net-public-2"]],
    ["Single", 1, ["net-public-1", "net-private-1", "net-public-2", "net-private-2"]],
    ["OnePerAz", 2, ["net-public-1", "net-private-1", "net-public-2", "net-private-2"]],
  ])("has %s: %i NAT gateways, and routes to match", async (strategy, count, routes) => {
    const { of } = await construct({ numberOfAvailabilityZones: 2, natGateways: { strategy } });
    expect(of("NatGateway")).toHaveLength(count);
    expect(of("Route").map(({ name }) => name)).toEqual(routes);
  });

  it("tags what AWS can tag", async () => {
    const { made } = await construct({ numberOfAvailabilityZones: 2, tags: { a: "b" } });
    const untagged = made.filter(({ inputs }) => inputs["tags"] === undefined).map(({ type }) => type);
    expect([...new Set(untagged)].sort()).toEqual([
      "aws:ec2/route:Route",
      "aws:ec2/routeTableAssociation:RouteTableAssociation",
    ]);
  });

  it.each([
    ["an input that it does not know", { ipv6CidrBlock: "::/56" }, /ipv6CidrBlock/],
    ["another layout", { subnetStrategy: "Legacy" }, /subnetStrategy/],
    ["other subnets", { subnetSpecs: [{ type: "Isolated" }] }, /subnetSpecs/],
    ["a fourth zone", { numberOfAvailabilityZones: 4 }, /more than 3 zones/],
  ])("is refused with %s, never echoed", async (_title, inputs, message) => {
    await expect(construct(inputs)).rejects.toThrow(message);
  });
});
