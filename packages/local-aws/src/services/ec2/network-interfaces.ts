import type * as Sdk from "@aws-sdk/client-ec2";
import { AwsError, type AwsService, type Site } from "../../cloud.js";
import type { NetworkInterface, NetworkInterfaces } from "../../ports.js";

/** What EC2 tells about the network interfaces of tasks and load balancers. */
export function networkInterfaceOperations(interfaces: NetworkInterfaces): AwsService["operations"] {
  return {
    DescribeNetworkInterfaces: ({ Filters = [] }: Sdk.DescribeNetworkInterfacesCommandInput, site: Site) => ({
      NetworkInterfaces: interfaces(site)
        .filter((one) => Filters.every((filter) => matches(one, filter)))
        .map(described),
    }),
  };
}

function described({ id, description, subnet, groups }: NetworkInterface) {
  return {
    NetworkInterfaceId: id,
    Description: description,
    SubnetId: subnet,
    Groups: groups.map((GroupId) => ({ GroupId })),
    Status: "in-use",
  };
}

function matches({ id, subnet, groups }: NetworkInterface, { Name = "", Values = [] }: Sdk.Filter): boolean {
  const values = { "network-interface-id": [id], "subnet-id": [subnet], "group-id": groups }[Name];
  if (values === undefined) throw new AwsError("InvalidParameterValue", `The filter '${Name}' is invalid`);
  return values.some((value) => Values.some((wanted) => like(value, wanted)));
}

/** EC2's filters know `*` and `?`, and a backslash before one that means itself. */
export function like(value: string, pattern: string): boolean {
  const source = pattern.replace(/\\[\s\S]|[\s\S]/g, (part) => {
    if (part === "*") return ".*";
    if (part === "?") return ".";
    return part.slice(-1).replace(/[.+^${}()|[\]\\*?/-]/g, "\\$&");
  });
  return new RegExp(`^${source}$`).test(value);
}
