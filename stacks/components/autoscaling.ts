import { Policy } from "@pulumi/aws/appautoscaling/policy.js";
import { Target } from "@pulumi/aws/appautoscaling/target.js";
import * as pulumi from "@pulumi/pulumi";
import type { ServiceConfig } from "../../src/core/project/service-schema.js";
import type { App, Declared } from "../app.js";
import { clusterName, loadBalancerDimension } from "../../src/core/project/arn.js";
import { serviceName } from "../../src/core/project/aws-names.js";

/** One aim of target tracking. Source: Application Auto Scaling, PredefinedMetricSpecification. */
interface Aim {
  name: string;
  targetValue: number;
  predefinedMetricType: string;
  resourceLabel?: pulumi.Output<string>;
}

/** Keeps a service near its aims, where it has some: it grows for any of them, and shrinks only when all allow it. */
export function declareAutoscaling(
  name: string,
  { service, ecsService }: Declared,
  { config, identity, surroundings }: App,
): void {
  const autoscaling = config.services[name]?.autoscaling;
  if (autoscaling === undefined) return;
  const inEcs = serviceName({ app: identity.app, service: name, stack: identity.stack });
  const scaled = {
    serviceNamespace: "ecs",
    scalableDimension: "ecs:service:DesiredCount",
    resourceId: `service/${clusterName(surroundings.cluster)}/${inEcs}`,
  };
  const target = new Target(
    `${name}-scaling`,
    { ...scaled, minCapacity: autoscaling.min, maxCapacity: autoscaling.max, tags: identity.tags },
    { parent: service, dependsOn: [ecsService] },
  );
  const balancer = loadBalancerDimension(surroundings.listener);
  for (const { name: aim, targetValue, ...metric } of aims(autoscaling, balancer, service.targetGroup)) {
    new Policy(
      `${name}-${aim}`,
      {
        ...scaled,
        name: aim,
        policyType: "TargetTrackingScaling",
        targetTrackingScalingPolicyConfiguration: { targetValue, predefinedMetricSpecification: metric },
      },
      { parent: service, dependsOn: [target] },
    );
  }
}

function aims(
  { cpu, memory, requests }: NonNullable<ServiceConfig["autoscaling"]>,
  balancer: string,
  { arnSuffix }: { arnSuffix: pulumi.Output<string> },
): Aim[] {
  const all: (Omit<Aim, "targetValue"> & { targetValue: number | undefined })[] = [
    { name: "cpu", targetValue: cpu, predefinedMetricType: "ECSServiceAverageCPUUtilization" },
    { name: "memory", targetValue: memory, predefinedMetricType: "ECSServiceAverageMemoryUtilization" },
    {
      name: "requests",
      targetValue: requests,
      predefinedMetricType: "ALBRequestCountPerTarget",
      resourceLabel: pulumi.interpolate`${balancer}/${arnSuffix}`,
    },
  ];
  return all.filter((aim): aim is Aim => aim.targetValue !== undefined);
}
