import type { Alarms } from "../../src/core/project/service-operations.js";
import type { ServiceKind } from "../../src/core/project/kinds/kind.js";
import type { AlarmKind } from "../../src/core/project/aws-names.js";

/** What an alarm looks at. Periods are a minute. */
export interface Watched {
  namespace: "AWS/ApplicationELB" | "AWS/ECS";
  metricName: string;
  statistic?: "Average" | "Maximum" | "Minimum" | "SampleCount" | "Sum";
  extendedStatistic?: string;
  comparisonOperator: "GreaterThanThreshold" | "LessThanThreshold";
  threshold: number;
  evaluationPeriods: number;
  /** What it means that nothing was measured. */
  treatMissingData: "notBreaching" | "breaching";
  alarmDescription: string;
}

type Limits = Omit<Alarms, "topics">;

const above = { comparisonOperator: "GreaterThanThreshold", treatMissingData: "notBreaching" } as const;
const balancer = { namespace: "AWS/ApplicationELB", evaluationPeriods: 3 } as const;
const ecs = { namespace: "AWS/ECS", statistic: "Average", evaluationPeriods: 5 } as const;

/**
 * Every alarm of a service whose tasks should never be fewer than `least`. Sources: Elastic Load Balancing, "CloudWatch
 * metrics for your Application Load Balancer"; ECS, "CloudWatch metrics".
 */
export function watchedMetrics(
  limits: Limits,
  least: number,
  counted: ServiceKind["running"],
): Record<AlarmKind, Watched> {
  return {
    unhealthy: {
      ...balancer,
      ...above,
      metricName: "UnHealthyHostCount",
      statistic: "Maximum",
      threshold: 0,
      alarmDescription: "A target fails its health check",
    },
    errors: {
      ...balancer,
      ...above,
      metricName: "HTTPCode_Target_5XX_Count",
      statistic: "Sum",
      threshold: limits.errors,
      alarmDescription: `The app answers more than ${limits.errors} requests a minute with 5xx`,
    },
    latency: {
      ...balancer,
      ...above,
      metricName: "TargetResponseTime",
      extendedStatistic: "p95",
      threshold: limits.latency / 1_000,
      alarmDescription: `More than 5 of 100 requests take longer than ${limits.latency} ms`,
    },
    cpu: {
      ...ecs,
      ...above,
      metricName: "CPUUtilization",
      threshold: limits.cpu,
      alarmDescription: `The tasks use more than ${limits.cpu} percent of their CPU`,
    },
    memory: {
      ...ecs,
      ...above,
      metricName: "MemoryUtilization",
      threshold: limits.memory,
      alarmDescription: `The tasks use more than ${limits.memory} percent of their memory`,
    },
    running: {
      ...running[counted],
      evaluationPeriods: 5,
      comparisonOperator: "LessThanThreshold",
      threshold: least,
      treatMissingData: "breaching",
      alarmDescription: `Fewer than ${least} tasks ${counted === "healthy targets" ? "serve" : "run"}`,
    },
  };
}

/**
 * Without Container Insights, which costs: behind a load balancer the healthy targets, and elsewhere the samples of a
 * minute, of which each running task gives one. What measures nothing is the worst case, not a good one. Source: ECS,
 * "CloudWatch metrics", service RUNNING task count.
 */
const running = {
  "healthy targets": { ...balancer, metricName: "HealthyHostCount", statistic: "Minimum" },
  "running tasks": { ...ecs, metricName: "CPUUtilization", statistic: "SampleCount" },
} as const;
