import { arn } from "../../../cloud.js";
import { hashId, randomId, type RecordedType, type Reference } from "../../../resources/recorded.js";
import { inUse, inVpc } from "./references.js";
import { checkGroup, refuseGroup, refuseInUse, refuseReferenced } from "./refusals.js";

const securityGroup: RecordedType = {
  token: "aws:ec2/securityGroup:SecurityGroup",
  autoname: "name",
  replaces: ["name", "namePrefix", "description", "vpcId"],
  id: () => randomId("sg"),
  outputs: (_inputs, id, site) => ({ arn: arn("ec2", site, `security-group/${id}`), ownerId: site.account }),
  unique: {
    by: ["vpcId", "name"],
    code: "InvalidGroup.Duplicate",
    message: ({ name, vpcId }) =>
      `The security group '${String(name)}' already exists for VPC '${String(vpcId)}'`,
  },
  parents: [inVpc],
  dependents: [
    inUse("vpc/securityGroupIngressRule", "referencedSecurityGroupId", "resource"),
    inUse("vpc/securityGroupEgressRule", "referencedSecurityGroupId", "resource"),
    inUse("ec2/securityGroupRule", "sourceSecurityGroupId", "resource"),
  ],
  check: checkGroup,
  refuses: refuseGroup,
  holds: async (row, scope) => {
    refuseReferenced(row, scope);
    await refuseInUse(row, "group-id", "securityGroupIds", scope);
  },
  retries: ["DependencyViolation"],
};

const inGroup: Reference = {
  type: "ec2/securityGroup",
  property: "securityGroupId",
  code: "InvalidGroup.NotFound",
  message: (id) => `The security group '${id}' does not exist`,
};

function groupRule(direction: "Ingress" | "Egress"): RecordedType {
  return {
    token: `aws:vpc/securityGroup${direction}Rule:SecurityGroup${direction}Rule`,
    replaces: ["securityGroupId"],
    id: () => randomId("sgr"),
    outputs: (_inputs, id, site) => ({
      arn: arn("ec2", site, `security-group-rule/${id}`),
      securityGroupRuleId: id,
    }),
    unique: {
      by: [
        "securityGroupId",
        "ipProtocol",
        "fromPort",
        "toPort",
        "cidrIpv4",
        "cidrIpv6",
        "referencedSecurityGroupId",
      ],
      code: "InvalidPermission.Duplicate",
      message: () => "the specified rule already exists",
    },
    parents: [inGroup],
  };
}

const securityGroupRule: RecordedType = {
  token: "aws:ec2/securityGroupRule:SecurityGroupRule",
  replaces: [
    "type",
    "fromPort",
    "toPort",
    "protocol",
    "cidrBlocks",
    "ipv6CidrBlocks",
    "prefixListIds",
    "securityGroupId",
    "self",
    "sourceSecurityGroupId",
  ],
  id: (inputs) => hashId("sgrule", inputs),
  outputs: () => ({ securityGroupRuleId: randomId("sgr") }),
  parents: [inGroup],
};

export const securityGroupTypes = [
  securityGroup,
  groupRule("Ingress"),
  groupRule("Egress"),
  securityGroupRule,
];
