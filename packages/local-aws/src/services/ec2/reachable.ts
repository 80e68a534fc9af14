import type { Site } from "../../cloud.js";
import { contains } from "../../components/blocks.js";
import type { Properties } from "../../provider/values.js";
import { list, object, text } from "../../resources/convert.js";
import type { RecordedRows } from "../../resources/rows.js";

/** Where a network interface is, and which groups it has. */
interface Place {
  subnet: string;
  groups: readonly string[];
}

/** One rule, in whatever form the provider recorded it. */
interface Rule {
  protocol: string;
  from: number;
  to: number;
  blocks: string[];
  groups: string[];
}

/**
 * Whether the security groups let a TCP connection through: one of the caller's out, and one of the other's in. Source: Amazon
 * VPC, "Security group rules".
 */
export function mayReach(rows: RecordedRows, from: Place, to: Place, port: number, site: Site): boolean {
  const block = ({ subnet }: Place) => text(rows.get("ec2/subnet", site, subnet)?.properties["cidrBlock"]);
  const lets = (own: Place, other: Place, direction: "ingress" | "egress") =>
    own.groups
      .flatMap((group) => rulesOf(rows, group, direction, site))
      .some(
        ({ protocol, from: first, to: last, blocks, groups }) =>
          (protocol === "-1" || (["tcp", "6"].includes(protocol) && first <= port && port <= last)) &&
          (groups.some((group) => other.groups.includes(group)) ||
            blocks.some((cidr) => contains(cidr, block(other)))),
      );
  return lets(from, to, "egress") && lets(to, from, "ingress");
}

/** Whether the groups let a TCP connection out to anywhere: to what is beyond the VPC. */
export function mayLeave(rows: RecordedRows, groups: readonly string[], port: number, site: Site): boolean {
  return groups
    .flatMap((group) => rulesOf(rows, group, "egress", site))
    .some(
      ({ protocol, from, to, blocks }) =>
        (protocol === "-1" || (["tcp", "6"].includes(protocol) && from <= port && port <= to)) &&
        blocks.includes("0.0.0.0/0"),
    );
}

function rulesOf(rows: RecordedRows, group: string, direction: "ingress" | "egress", site: Site): Rule[] {
  const of = (type: string) =>
    rows
      .list(type, site)
      .map(({ properties }) => properties)
      .filter(({ securityGroupId }) => securityGroupId === group);
  const kind = direction === "ingress" ? "Ingress" : "Egress";
  return [
    ...list(rows.get("ec2/securityGroup", site, group)?.properties[direction]).map(object),
    ...of("ec2/securityGroupRule").filter(({ type }) => type === direction),
    ...of(`vpc/securityGroup${kind}Rule`),
  ].map((rule) => ruleOf(rule, group));
}

function ruleOf(rule: Properties, own: string): Rule {
  const { fromPort, toPort, self } = rule;
  return {
    protocol: text(rule["protocol"] ?? rule["ipProtocol"]),
    from: Number(fromPort ?? 0),
    to: Number(toPort ?? 65_535),
    blocks: [...list(rule["cidrBlocks"]), rule["cidrIpv4"]].map(text).filter(Boolean),
    groups: [
      ...list(rule["securityGroups"]),
      rule["sourceSecurityGroupId"],
      rule["referencedSecurityGroupId"],
      self === true ? own : undefined,
    ]
      .map(text)
      .filter(Boolean),
  };
}
