import { Policy } from "@pulumi/aws/appautoscaling/policy.js";
import { Target } from "@pulumi/aws/appautoscaling/target.js";
import type * as pulumi from "@pulumi/pulumi";
import { kindOf } from "../../src/core/project/kinds/kind-of.js";
import type { ScalingAim } from "../../src/core/project/kinds/kind.js";
import type { ServiceConfig } from "../../src/core/project/service-schema.js";
import type { App, DeclaredService } from "../app.js";
import { clusterName } from "../../src/core/project/arn.js";
import { serviceName } from "../../src/core/project/aws-names.js";

/** One aim of target tracking. Source: Application Auto Scaling, PredefinedMetricSpecification. */
interface Aim {
  name: ScalingAim;
  targetValue: number;
  predefinedMetricType: string;
  resourceLabel?: pulumi.Output<string>;
}

/** Keeps a service near its aims, where it has some: it grows for any of them, and shrinks only when all allow it. */
export function declareAutoscaling(
  name: string,
  { service, ecsService }: DeclaredService,
  { config, identity, surroundings }: App,
): void {
  const settings = config.services[name];
  const autoscaling = settings?.autoscaling;
  if (settings === undefined || autoscaling === undefined) return;
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
  const wanted = aims(autoscaling, service.kind.requestLabel).filter(({ name: aim }) =>
    kindOf(settings).aims.includes(aim),
  );
  for (const { name: aim, targetValue, ...metric } of wanted) {
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
  requestLabel: pulumi.Output<string> | undefined,
): Aim[] {
  const all: (Omit<Aim, "targetValue"> & { targetValue: number | undefined })[] = [
    { name: "cpu", targetValue: cpu, predefinedMetricType: "ECSServiceAverageCPUUtilization" },
    { name: "memory", targetValue: memory, predefinedMetricType: "ECSServiceAverageMemoryUtilization" },
    {
      name: "requests",
      targetValue: requests,
      predefinedMetricType: "ALBRequestCountPerTarget",
      ...(requestLabel && { resourceLabel: requestLabel }),
    },
  ];
  return all.filter((aim): aim is Aim => aim.targetValue !== undefined);
}
