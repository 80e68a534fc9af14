import type { DescribeAccountLimitsCommandOutput } from "@aws-sdk/client-elastic-load-balancing-v2";

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html */
export interface Limits {
  /** Per load balancer, default rules not counted. */
  rules: number;
  /** Different target groups that one load balancer's listeners and rules name. */
  targetGroupsPerLoadBalancer: number;
  listeners: number;
  /** Per region. */
  targetGroups: number;
  loadBalancers: number;
  /** Per target group. */
  targets: number;
  certificates: number;
}

export const awsLimits: Limits = {
  rules: 100,
  targetGroupsPerLoadBalancer: 100,
  listeners: 50,
  targetGroups: 3000,
  loadBalancers: 50,
  targets: 1000,
  certificates: 25,
};

const names: Record<keyof Limits, string> = {
  rules: "rules-per-application-load-balancer",
  targetGroupsPerLoadBalancer: "target-groups-per-application-load-balancer",
  listeners: "listeners-per-application-load-balancer",
  targetGroups: "target-groups",
  loadBalancers: "application-load-balancers",
  targets: "targets-per-target-group",
  certificates: "certificates-per-application-load-balancer",
};

/** The answer of DescribeAccountLimits. */
export function accountLimits(limits: Limits): Omit<DescribeAccountLimitsCommandOutput, "$metadata"> {
  const keys = Object.keys(names) as (keyof Limits)[];
  return { Limits: keys.map((key) => ({ Name: names[key], Max: String(limits[key]) })) };
}
