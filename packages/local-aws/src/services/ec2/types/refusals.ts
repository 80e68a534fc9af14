import { AwsError } from "../../../cloud.js";
import { contains, overlap } from "../../../components/blocks.js";
import type { Properties } from "../../../provider/values.js";
import type { Failure, Scope } from "../../../resources/resource.js";
import type { RecordedRow } from "../../../resources/rows.js";
import { list, object, text } from "../../../resources/convert.js";

// What EC2 refuses beyond twins, parents and dependents. Source: EC2's API reference, the operations' pages and "Error codes".

const longestName = 255;
const mostRules = 60;

/** Source: CreateSecurityGroup, `GroupName` and `GroupDescription`. */
export function checkGroup({ name, description }: Properties): Failure[] {
  const failures: Failure[] = [];
  if (typeof name === "string" && (name.startsWith("sg-") || !isGroupText(name))) {
    const reason = `a group's name has at most 255 letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*, and no prefix "sg-"`;
    failures.push({ property: "name", reason });
  }
  if (typeof description === "string" && !isGroupText(description)) {
    const reason = "a group's description has at most 255 letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*";
    failures.push({ property: "description", reason });
  }
  return failures;
}

function isGroupText(value: string): boolean {
  return value.length <= longestName && /^[\w .:/()#,@[\]+=&;{}!$*-]*$/.test(value);
}

/** Groups that its rules name must be there, and it has 60 rules a direction. Source: "Amazon VPC quotas". */
export function refuseGroup(inputs: Properties, scope: Scope): void {
  if (inputs["name"] === "default") {
    throw new AwsError("InvalidParameterValue", "Cannot use reserved security group name: default");
  }
  for (const direction of ["ingress", "egress"]) {
    const rules = list(inputs[direction]).map(object);
    const sources = rules.flatMap(sourcesOf);
    if (sources.length > mostRules) {
      throw new AwsError(
        "RulesPerSecurityGroupLimitExceeded",
        "The maximum number of rules per group is 60.",
      );
    }
    for (const group of rules.flatMap(({ securityGroups }) => list(securityGroups).map(text))) {
      if (!scope.rows.get("ec2/securityGroup", scope.site, group)) {
        throw new AwsError("InvalidGroup.NotFound", `The security group '${group}' does not exist`);
      }
    }
  }
}

function sourcesOf({ cidrBlocks, ipv6CidrBlocks, securityGroups, prefixListIds }: Properties): unknown[] {
  return [cidrBlocks, ipv6CidrBlocks, securityGroups, prefixListIds].flatMap(list);
}

/** A group that another's rule names is not deleted. Source: DeleteSecurityGroup. */
export function refuseReferenced({ id }: RecordedRow, scope: Scope): void {
  const others = scope.rows.list("ec2/securityGroup", scope.site).filter((other) => other.id !== id);
  const isNamed = ({ properties }: RecordedRow) =>
    [properties["ingress"], properties["egress"]]
      .flatMap(list)
      .some((rule) => list(object(rule)["securityGroups"]).includes(id));
  if (others.some(isNamed)) throw inUse(id);
}

/** Nor is what a network interface is in: of a task, a load balancer or an endpoint. */
export async function refuseInUse(
  { id }: RecordedRow,
  filter: "subnet-id" | "group-id",
  ofEndpoint: "subnetIds" | "securityGroupIds",
  scope: Scope,
): Promise<void> {
  const endpoints = scope.rows.list("ec2/vpcEndpoint", scope.site);
  if (endpoints.some(({ properties }) => list(properties[ofEndpoint]).includes(id))) throw inUse(id);
  const { NetworkInterfaces } = await scope.call<{ NetworkInterfaces: unknown[] }>(
    "ec2",
    "DescribeNetworkInterfaces",
    { Filters: [{ Name: filter, Values: [id] }] },
  );
  if (NetworkInterfaces.length > 0) throw inUse(id);
}

function inUse(id: string): AwsError {
  return new AwsError("DependencyViolation", `resource ${id} has a dependent object`);
}

/** A subnet is within its VPC, and within no other. Source: CreateSubnet. */
export function refuseOverlap({ vpcId, cidrBlock }: Properties, scope: Scope, id: string | undefined): void {
  const block = text(cidrBlock);
  const vpc = text(scope.rows.get("ec2/vpc", scope.site, text(vpcId))?.properties["cidrBlock"]);
  if (!contains(vpc, block)) throw new AwsError("InvalidSubnet.Range", `The CIDR '${block}' is invalid.`);
  const others = scope.rows.list("ec2/subnet", scope.site).filter((other) => other.id !== id);
  const taken = others.some(
    ({ properties }) => properties["vpcId"] === vpcId && overlap(text(properties["cidrBlock"]), block),
  );
  if (taken)
    throw new AwsError("InvalidSubnet.Conflict", `The CIDR '${block}' conflicts with another subnet`);
}

/** A gateway stays while addresses of its VPC lead through it. Source: DetachInternetGateway. */
export function refuseMappedAddresses({ properties: { vpcId } }: RecordedRow, scope: Scope): void {
  const isThere = ({ properties: { subnetId } }: RecordedRow) =>
    scope.rows.get("ec2/subnet", scope.site, text(subnetId))?.properties["vpcId"] === vpcId;
  if (vpcId === undefined || !scope.rows.list("ec2/natGateway", scope.site).some(isThere)) return;
  const words = `Network ${text(vpcId)} has some mapped public address(es).`;
  throw new AwsError(
    "DependencyViolation",
    `${words} Please unmap those public address(es) before detaching the gateway.`,
  );
}

/** An address is of one gateway. Source: CreateNatGateway. */
export function refuseSharedAddress(
  { allocationId }: Properties,
  scope: Scope,
  id: string | undefined,
): void {
  const others = scope.rows.list("ec2/natGateway", scope.site).filter((other) => other.id !== id);
  if (
    allocationId === undefined ||
    !others.some(({ properties }) => properties["allocationId"] === allocationId)
  )
    return;
  throw new AwsError(
    "Resource.AlreadyAssociated",
    `Elastic IP address [${text(allocationId)}] is already associated`,
  );
}

/** A private name leads to one endpoint of a VPC. Source: CreateVpcEndpoint, `PrivateDnsEnabled`. */
export function refuseTwinEndpoint(inputs: Properties, scope: Scope, id: string | undefined): void {
  if (inputs["privateDnsEnabled"] !== true) return;
  const isTwin = ({ id: other, properties }: RecordedRow) =>
    other !== id &&
    ["vpcId", "serviceName", "privateDnsEnabled"].every((key) => properties[key] === inputs[key]);
  if (!scope.rows.list("ec2/vpcEndpoint", scope.site).some(isTwin)) return;
  const name = text(inputs["serviceName"]);
  throw new AwsError(
    "InvalidParameter",
    `private-dns-enabled cannot be set because there is already a conflicting DNS domain for ${name} in the VPC`,
  );
}
