import { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import type { App } from "../app.js";
import { loadBalancerDimension } from "./arn.js";
import { alarmKinds, alarmName } from "./names.js";
import type { Service } from "./service.js";

/** Source: Elastic Load Balancing, "CloudWatch metrics for your Application Load Balancer". */
const watched = [
  {
    alarm: alarmKinds[0],
    metricName: "UnHealthyHostCount",
    statistic: "Maximum",
    threshold: 0,
    alarmDescription: "A target fails its health check",
  },
  {
    alarm: alarmKinds[1],
    metricName: "HTTPCode_Target_5XX_Count",
    statistic: "Sum",
    threshold: 10,
    alarmDescription: "The app answers more than 10 requests a minute with 5xx",
  },
];

/** Tells the configured topics when a service has failed for three minutes. */
export function declareAlarms(name: string, service: Service, { config, identity, surroundings }: App): void {
  if (config.alarms === undefined) return;
  const owner = { app: identity.app, service: name, stack: identity.stack };
  for (const { alarm, ...metric } of watched) {
    new MetricAlarm(
      `${name}-${alarm}`,
      {
        ...metric,
        name: alarmName(owner, alarm),
        namespace: "AWS/ApplicationELB",
        dimensions: {
          LoadBalancer: loadBalancerDimension(surroundings.listener),
          TargetGroup: service.targetGroup.arnSuffix,
        },
        period: 60,
        evaluationPeriods: 3,
        comparisonOperator: "GreaterThanThreshold",
        treatMissingData: "notBreaching",
        alarmActions: config.alarms.topics,
        tags: identity.tags,
      },
      { parent: service },
    );
  }
}
