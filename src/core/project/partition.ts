/**
 * Which partition a region is in, where nobody can be asked: programs ask AWS, and an ARN at hand says it. Source: the AWS SDKs'
 * `partitions.json`, `regionRegex`.
 */
export function partitionOf(region: string): string {
  const found = prefixes.find(([prefix]) => region.startsWith(prefix));
  return found?.[1] ?? "aws";
}

const prefixes = [
  ["cn-", "aws-cn"],
  ["us-gov-", "aws-us-gov"],
  ["us-iso-", "aws-iso"],
  ["us-isob-", "aws-iso-b"],
  ["eu-isoe-", "aws-iso-e"],
  ["us-isof-", "aws-iso-f"],
  ["eusc-", "aws-eusc"],
] as const;
