import type { ServiceName } from "../cloud.js";

/** A token bucket: so many calls at once, then so many a second. */
export interface Rate {
  burst: number;
  perSecond: number;
}

export interface Bucket {
  tokens: number;
  /** When `tokens` held, in milliseconds. */
  at: number;
}

interface Family extends Rate {
  service: ServiceName;
  operations: RegExp;
}

/**
 * AWS's rates per account and region; the first family that an operation matches counts.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/throttling.html
 */
const families: Family[] = [
  { service: "ecs", operations: /^(Register|Deregister)TaskDefinition$/, burst: 20, perSecond: 1 },
  { service: "ecs", operations: /^DeleteTaskDefinitions$/, burst: 5, perSecond: 1 },
  {
    service: "ecs",
    operations: /^(Create|Update|Delete)Service$|^StopServiceDeployment$/,
    burst: 50,
    perSecond: 5,
  },
  { service: "ecs", operations: /^DescribeServices$/, burst: 100, perSecond: 20 },
  { service: "ecs", operations: /^(List|Describe)Service(Deployments|Revisions)$/, burst: 50, perSecond: 20 },
  { service: "elbv2", operations: /^(Register|Deregister)Targets$/, burst: 20, perSecond: 4 },
  { service: "elbv2", operations: /^Describe/, burst: 40, perSecond: 10 },
  { service: "elbv2", operations: /./, burst: 20, perSecond: 3 },
];

/** The bucket that a call takes from, and its rate; undefined where AWS's limits play no part. */
export function bucketOf(service: ServiceName, operation: string): { name: string; rate: Rate } | undefined {
  const index = families.findIndex(
    (family) => family.service === service && family.operations.test(operation),
  );
  const rate = families[index];
  return rate && { name: `${service} ${index}`, rate };
}

/** The bucket after a call at `now`, and whether the call is let through. An undefined bucket is a full one. */
export function take(
  bucket: Bucket | undefined,
  rate: Rate,
  now: number,
): { allowed: boolean; bucket: Bucket } {
  const refilled = bucket ? bucket.tokens + ((now - bucket.at) / 1000) * rate.perSecond : rate.burst;
  const tokens = Math.min(rate.burst, refilled);
  const allowed = tokens >= 1;
  return { allowed, bucket: { tokens: allowed ? tokens - 1 : tokens, at: now } };
}
