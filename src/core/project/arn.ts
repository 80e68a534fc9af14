/** What an ARN says about where a resource is. Partitions are asked for, never listed: an ARN at hand is the answer. */
export interface ParsedArn {
  /** `aws`, `aws-cn`, ... */
  partition: string;
  region: string;
  account: string;
  /** What follows the account: `listener/app/shared/50dc6c495c0c9188/f2f7dc8efc522ab2`. */
  resource: string;
}

/** Source: AWS General Reference, "Amazon Resource Names". Throws when the text is no ARN. */
export function parseArn(arn: string): ParsedArn {
  const [prefix, partition, , region, account, ...rest] = arn.split(":");
  if (prefix !== "arn" || !partition || region === undefined || account === undefined || rest.length === 0) {
    throw new Error(`${arn} is not an ARN`);
  }
  return { partition, region, account, resource: rest.join(":") };
}

/** A load balancer's name in CloudWatch's dimensions, from its listener's ARN: `app/shared/50dc6c495c0c9188`. */
export function loadBalancerDimension(listenerArn: string): string {
  return parseArn(listenerArn).resource.split("/").slice(1, 4).join("/");
}

/** `dev` of `arn:aws:ecs:us-east-1:111111111111:cluster/dev`. */
export function clusterName(clusterArn: string): string {
  return parseArn(clusterArn).resource.replace(/^cluster\//, "");
}
