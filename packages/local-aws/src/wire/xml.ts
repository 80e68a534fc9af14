import { XMLBuilder } from "fast-xml-parser";

const builder = new XMLBuilder({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  suppressEmptyNode: true,
});

/** An answer as XML; the items of a list are wrapped in `item` elements (`member` for Query, `item` for EC2). */
export function toXml(root: string, content: object, item: "member" | "item"): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build({ [root]: wrapped(content, item) })}`;
}

/** An XML document of content that names the items of its lists itself; undefined values are left out. */
export function plainXml(root: string, content: object): string {
  const given = JSON.parse(JSON.stringify(content)) as object;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build({ [root]: given })}`;
}

function wrapped(value: unknown, item: string): unknown {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value))
    return value.length === 0 ? "" : { [item]: value.map((one) => wrapped(one, item)) };
  if (typeof value !== "object" || value === null) return value;
  const given = Object.entries(value).filter(([, child]) => child !== undefined && child !== null);
  return Object.fromEntries(given.map(([key, child]) => [key, wrapped(child, item)]));
}

/** Where EC2's element is not the SDK's member with a small first letter; `A.b`: only within a list `A`. */
const ec2Elements: Readonly<Record<string, string>> = {
  Vpcs: "vpcSet",
  Subnets: "subnetSet",
  SecurityGroups: "securityGroupInfo",
  "SecurityGroups.Description": "groupDescription",
  AvailabilityZones: "availabilityZoneInfo",
  "AvailabilityZones.State": "zoneState",
  InternetGateways: "internetGatewaySet",
  Attachments: "attachmentSet",
  RouteTables: "routeTableSet",
  Routes: "routeSet",
  Associations: "associationSet",
  Addresses: "addressesSet",
  NatGateways: "natGatewaySet",
  NatGatewayAddresses: "natGatewayAddressSet",
  VpcEndpoints: "vpcEndpointSet",
  Tags: "tagSet",
  UserIdGroupPairs: "groups",
};

/** The SDK's members as EC2's elements. */
export function ec2Names(value: unknown, within = ""): unknown {
  if (value instanceof Date) return value;
  if (Array.isArray(value)) return value.map((one) => ec2Names(one, within));
  if (typeof value !== "object" || value === null) return value;
  const named = Object.entries(value).map(([key, child]) => {
    const element =
      ec2Elements[`${within}.${key}`] ?? ec2Elements[key] ?? key.charAt(0).toLowerCase() + key.slice(1);
    return [element, ec2Names(child, key)];
  });
  return Object.fromEntries(named) as unknown;
}
