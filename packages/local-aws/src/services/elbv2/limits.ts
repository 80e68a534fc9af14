import type { DescribeAccountLimitsCommandOutput } from "@aws-sdk/client-elastic-load-balancing-v2";

/**
 * Source: Elastic Load Balancing, "Quotas for your Application Load Balancers"
 * (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html), the defaults.
 */
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

/** What no account can have raised. Source: the same page, "Condition values per rule", "Condition wildcards per rule", "Target Groups per Action". */
export const fixedLimits = { conditionValues: 5, conditionWildcards: 5, targetGroupsPerAction: 5 } as const;

/** Source: API_Limit: the values that `Name` can have; there is none for targets of a group and for certificates. */
const names: Partial<Record<keyof Limits | keyof typeof fixedLimits, string>> = {
  conditionValues: "condition-values-per-alb-rule",
  conditionWildcards: "condition-wildcards-per-alb-rule",
  targetGroupsPerAction: "target-groups-per-action-on-application-load-balancer",
  rules: "rules-per-application-load-balancer",
  targetGroupsPerLoadBalancer: "target-groups-per-application-load-balancer",
  listeners: "listeners-per-application-load-balancer",
  targetGroups: "target-groups",
  loadBalancers: "application-load-balancers",
};

/** The answer of DescribeAccountLimits. */
export function accountLimits(limits: Limits): Omit<DescribeAccountLimitsCommandOutput, "$metadata"> {
  const most = { ...limits, ...fixedLimits };
  const keys = Object.keys(names) as (keyof typeof most)[];
  return { Limits: keys.map((key) => ({ Name: names[key], Max: String(most[key]) })) };
}
