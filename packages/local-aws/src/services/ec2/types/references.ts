import type { Reference } from "../../../resources/recorded.js";

export const inVpc: Reference = {
  type: "ec2/vpc",
  property: "vpcId",
  code: "InvalidVpcID.NotFound",
  message: (id) => `The vpc ID '${id}' does not exist`,
};

export const inUse = (type: string, property: string, what: string): Reference => ({
  type,
  property,
  code: "DependencyViolation",
  message: (id) => `The ${what} '${id}' has dependencies and cannot be deleted.`,
});
