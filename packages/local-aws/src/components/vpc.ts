import { AwsError, type Site } from "../cloud.js";
import { isObject, type Properties } from "../provider/values.js";
import { list, object, text } from "../resources/convert.js";
import { splitBlock } from "./blocks.js";
import { type Monitor, type Registered, referenceTo } from "./monitor.js";

/** The inputs of awsx's VPC that are part of the local target. */
const known = [
  "cidrBlock",
  "numberOfAvailabilityZones",
  "natGateways",
  "enableDnsHostnames",
  "enableDnsSupport",
  "subnetStrategy",
  "subnetSpecs",
  "tags",
];

/** A component of awsx's: what it is made of. `name` and `parent` are its own. */
export interface Component {
  monitor: Pick<Monitor, "resource">;
  name: string;
  parent: string;
  inputs: Properties;
  site: Site;
}

/** A subnet with its way out. */
interface Subnet {
  kind: "Public" | "Private";
  zone: string;
  subnet: Registered;
  table: Registered;
  association: Registered;
}

/**
 * awsx's VPC, of the same resources under the same names: subnets evenly over the zones, public ones with a way to the
 * internet gateway, private ones to a NAT gateway. Source: pulumi-awsx, `awsx/ec2/vpc.ts`, subnet strategy Auto.
 */
export async function constructVpc(component: Component): Promise<Properties> {
  checkInputs(component.inputs);
  const { monitor, name, parent, inputs } = component;
  const make = (type: string, suffix: string, own: Properties, after: Registered[]) => {
    const full = suffix === "" ? name : `${name}-${suffix}`;
    const tags = { tags: tagsFor(full, suffix, object(inputs["tags"])) };
    return monitor.resource({
      type,
      name: full,
      parent,
      inputs: { ...own, ...(/Association$|:Route$/.test(type) ? {} : tags) },
      after,
    });
  };
  const { cidrBlock = "10.0.0.0/16", enableDnsHostnames, enableDnsSupport } = inputs;
  const vpc = await make("aws:ec2/vpc:Vpc", "", { cidrBlock, enableDnsHostnames, enableDnsSupport }, []);
  const gateway = await make("aws:ec2/internetGateway:InternetGateway", "", { vpcId: vpc.id }, [vpc]);
  const subnets: Subnet[] = [];
  for (const { kind, zone, number, block } of layout(component)) {
    const suffix = `${kind.toLowerCase()}-${number}`;
    const own = {
      vpcId: vpc.id,
      cidrBlock: block,
      availabilityZone: zone,
      mapPublicIpOnLaunch: kind === "Public",
    };
    const subnet = await make("aws:ec2/subnet:Subnet", suffix, own, [vpc]);
    const table = await make("aws:ec2/routeTable:RouteTable", suffix, { vpcId: vpc.id }, [vpc]);
    const association = await make(
      "aws:ec2/routeTableAssociation:RouteTableAssociation",
      suffix,
      { subnetId: subnet.id, routeTableId: table.id },
      [subnet, table],
    );
    subnets.push({ kind, zone, subnet, table, association });
  }
  const ways = await makeWays(make, component, gateway, subnets);
  return outputs(vpc, gateway, subnets, ways);
}

/** The program's tags; every part bears its own name, except what there is one of in a network, where the program's name wins. */
function tagsFor(name: string, suffix: string, given: Properties): Properties {
  if (suffix === "") return { Name: name, ...given };
  const kind = /^(public|private)-/.exec(suffix)?.[1];
  const subnetType = { public: "Public", private: "Private" }[kind ?? ""];
  return { ...given, Name: name, ...(subnetType && { SubnetType: subnetType }) };
}

type Make = (type: string, suffix: string, own: Properties, after: Registered[]) => Promise<Registered>;

interface Ways {
  addresses: Registered[];
  nats: Registered[];
  routes: Registered[];
}

async function makeWays(
  make: Make,
  { inputs }: Component,
  gateway: Registered,
  subnets: readonly Subnet[],
): Promise<Ways> {
  const ways: Ways = { addresses: [], nats: [], routes: [] };
  const open = subnets.filter(({ kind }) => kind === "Public");
  const strategy = text(object(inputs["natGateways"])["strategy"]) || "OnePerAz";
  const count = { None: 0, Single: 1, OnePerAz: open.length }[strategy] ?? 0;
  for (const [index, { subnet }] of open.slice(0, count).entries()) {
    const address = await make("aws:ec2/eip:Eip", `${index + 1}`, { domain: "vpc" }, []);
    const own = { subnetId: subnet.id, allocationId: address.id };
    ways.addresses.push(address);
    ways.nats.push(
      await make("aws:ec2/natGateway:NatGateway", `${index + 1}`, own, [subnet, address, gateway]),
    );
  }
  const everywhere = { destinationCidrBlock: "0.0.0.0/0" };
  for (const [index, { kind, table }] of subnets.entries()) {
    const zone = Math.floor(index / 2);
    const nat = ways.nats[Math.min(zone, ways.nats.length - 1)];
    const way = kind === "Public" ? { gatewayId: gateway.id } : { natGatewayId: nat?.id };
    const next = kind === "Public" ? gateway : nat;
    if (next === undefined) continue;
    const own = { routeTableId: table.id, ...everywhere, ...way };
    ways.routes.push(
      await make("aws:ec2/route:Route", `${kind.toLowerCase()}-${zone + 1}`, own, [table, next]),
    );
  }
  return ways;
}

function* layout({ inputs, site }: Component) {
  const zones = Number(inputs["numberOfAvailabilityZones"] ?? 3);
  const kinds = ["Public", "Private"] as const;
  for (const [index, block] of splitBlock(text(inputs["cidrBlock"]) || "10.0.0.0/16", zones).entries()) {
    const parts = splitBlock(block, kinds.length);
    for (const [place, kind] of kinds.entries()) {
      const zone = `${site.region}${"abcdef"[index] ?? "a"}`;
      yield { kind, zone, number: index + 1, block: parts[place] ?? block };
    }
  }
}

function outputs(
  vpc: Registered,
  gateway: Registered,
  subnets: readonly Subnet[],
  { addresses, nats, routes }: Ways,
): Properties {
  const of = (kind: Subnet["kind"]) => subnets.filter((one) => one.kind === kind).map(({ subnet }) => subnet);
  const ids = (resources: Registered[]) => resources.map(({ id }) => id);
  return {
    vpcId: vpc.id,
    publicSubnetIds: ids(of("Public")),
    privateSubnetIds: ids(of("Private")),
    isolatedSubnetIds: [],
    vpc: referenceTo(vpc),
    internetGateway: referenceTo(gateway),
    subnets: subnets.map(({ subnet }) => referenceTo(subnet)),
    publicSubnets: of("Public").map(referenceTo),
    privateSubnets: of("Private").map(referenceTo),
    routeTables: subnets.map(({ table }) => referenceTo(table)),
    routeTableAssociations: subnets.map(({ association }) => referenceTo(association)),
    routes: routes.map(referenceTo),
    eips: addresses.map(referenceTo),
    natGateways: nats.map(referenceTo),
  };
}

function checkInputs(inputs: Properties): void {
  const unknown = Object.keys(inputs).filter((key) => !known.includes(key));
  const specs = list(inputs["subnetSpecs"]).map((spec) => (isObject(spec) ? Object.values(spec).join() : ""));
  const refused = [
    ...unknown,
    ...(inputs["subnetStrategy"] === "Auto" ? [] : ["subnetStrategy other than Auto"]),
    ...(specs.join(" ") === "Public Private" ? [] : ["subnetSpecs other than one Public, one Private"]),
    ...(Number(inputs["numberOfAvailabilityZones"] ?? 3) <= 3 ? [] : ["more than 3 zones"]),
  ];
  if (refused.length === 0) return;
  throw new AwsError("UnknownProperty", `awsx:ec2:Vpc: not part of the local target: ${refused.join(", ")}.`);
}
