import { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import type * as pulumi from "@pulumi/pulumi";
import type { App, Declared } from "../app.js";
import { type Watched, watchedMetrics } from "./alarm-metrics.js";
import { clusterName, loadBalancerDimension } from "../../src/core/project/arn.js";
import { type Owner, alarmKinds, alarmName, serviceName } from "../../src/core/project/aws-names.js";

/** Tells the configured topics when a service fails, and when it is well again. */
export function declareAlarms(name: string, { service }: Declared, app: App): void {
  const { config, identity } = app;
  const settings = config.services[name];
  if (config.alarms === undefined || settings === undefined) return;
  const { topics, ...limits } = config.alarms;
  const owner = { app: identity.app, service: name, stack: identity.stack };
  const watched = watchedMetrics(limits, settings.autoscaling?.min ?? settings.desiredCount);
  for (const alarm of alarmKinds) {
    new MetricAlarm(
      `${name}-${alarm}`,
      {
        ...watched[alarm],
        name: alarmName(owner, alarm),
        dimensions: dimensions(watched[alarm], owner, service.targetGroup.arnSuffix, app),
        period: 60,
        alarmActions: topics,
        okActions: topics,
        tags: identity.tags,
      },
      { parent: service },
    );
  }
}

function dimensions(
  { namespace }: Watched,
  owner: Owner,
  targetGroup: pulumi.Output<string>,
  { surroundings }: App,
): Record<string, pulumi.Input<string>> {
  return namespace === "AWS/ECS"
    ? { ClusterName: clusterName(surroundings.cluster), ServiceName: serviceName(owner) }
    : { LoadBalancer: loadBalancerDimension(surroundings.listener), TargetGroup: targetGroup };
}
