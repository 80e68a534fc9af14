import type { ServiceName } from "../cloud.js";

/** Members that are numbers or truth values in the SDK's shapes: on the wire everything is text. */
const numbers = new Set([
  "Port",
  "Priority",
  "HealthCheckIntervalSeconds",
  "HealthCheckTimeoutSeconds",
  "HealthyThresholdCount",
  "UnhealthyThresholdCount",
  "PageSize",
  "Weight",
  "Order",
  "DurationSeconds",
  "MaxItems",
  "MaxResults",
]);
const flags = new Set(["HealthCheckEnabled", "Enabled", "OnlyAttached", "DryRun", "AllAvailabilityZones"]);

/** EC2 names the members of a list in the singular. */
const ec2Lists: Readonly<Record<string, string>> = {
  Filter: "Filters",
  Value: "Values",
  VpcId: "VpcIds",
  SubnetId: "SubnetIds",
  GroupId: "GroupIds",
  GroupName: "GroupNames",
  ZoneName: "ZoneNames",
  ZoneId: "ZoneIds",
  InternetGatewayId: "InternetGatewayIds",
  RouteTableId: "RouteTableIds",
  AllocationId: "AllocationIds",
  NatGatewayId: "NatGatewayIds",
  VpcEndpointId: "VpcEndpointIds",
};

type Tree = { [key: string]: Tree | string };

/** `Tags.member.1.Key=a` as `{ Tags: [{ Key: "a" }] }`: the form of a Query call in the SDK's shape. */
export function unflatten(form: URLSearchParams, service: ServiceName): unknown {
  const root: Tree = Object.create(null) as Tree;
  for (const [path, value] of form) {
    if (path !== "Action" && path !== "Version") plant(root, path.split("."), value);
  }
  return shaped(root, "", service);
}

function plant(root: Tree, path: readonly string[], value: string): void {
  let node = root;
  for (const segment of path.slice(0, -1)) {
    const next = node[segment];
    node =
      typeof next === "object"
        ? next
        : ((node[segment] = Object.create(null) as Tree), node[segment] as Tree);
  }
  node[path.at(-1) ?? ""] = value;
}

function shaped(node: Tree | string, name: string, service: ServiceName): unknown {
  if (typeof node === "string") return scalar(node, name);
  const items = listItems(node);
  if (items !== undefined) return items.map((item) => shaped(item, name, service));
  const members = Object.entries(node).flatMap(([key, child]) => {
    const isList = typeof child === "object" && listItems(child) !== undefined;
    const named = service === "ec2" && isList ? (ec2Lists[key] ?? key) : key;
    // An empty structure or list is written as an empty text; a tag's value may really be empty.
    if (child === "" && key !== "Value") return [];
    return [[named, key === "RedirectConfig" ? child : shaped(child, key, service)] as const];
  });
  return Object.fromEntries(members);
}

/** The items of `member.1`, `member.2` or of EC2's `1`, `2`; undefined when it is no list. */
function listItems(node: Tree): (Tree | string)[] | undefined {
  const inner = Object.keys(node).length === 1 && typeof node["member"] === "object" ? node["member"] : node;
  const keys = Object.keys(inner);
  if (keys.length === 0 || !keys.every((key) => /^\d+$/.test(key))) return undefined;
  return keys.sort((a, b) => Number(a) - Number(b)).flatMap((key) => inner[key] ?? []);
}

function scalar(value: string, name: string): unknown {
  if (numbers.has(name) && /^-?\d+$/.test(value)) return Number(value);
  if (flags.has(name)) return value === "true";
  return value;
}
