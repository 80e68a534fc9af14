import { Policy } from "@pulumi/aws/appautoscaling/policy.js";
import { Target } from "@pulumi/aws/appautoscaling/target.js";
import type { App } from "../app.js";
import { clusterName } from "./arn.js";
import { serviceName } from "./names.js";
import type { Service } from "./service.js";

/** Keeps the average CPU of a service near its aim, where the service says so. */
export function declareAutoscaling(
  name: string,
  service: Service,
  { config, identity, surroundings }: App,
): void {
  const autoscaling = config.services[name]?.autoscaling;
  if (autoscaling === undefined) return;
  const ecsService = serviceName({ app: identity.app, service: name, stack: identity.stack });
  const scaled = {
    serviceNamespace: "ecs",
    scalableDimension: "ecs:service:DesiredCount",
    resourceId: `service/${clusterName(surroundings.cluster)}/${ecsService}`,
  };
  const target = new Target(
    `${name}-scaling`,
    { ...scaled, minCapacity: autoscaling.min, maxCapacity: autoscaling.max, tags: identity.tags },
    { parent: service, dependsOn: [service.ecsService] },
  );
  new Policy(
    `${name}-cpu`,
    {
      ...scaled,
      name: "cpu",
      policyType: "TargetTrackingScaling",
      targetTrackingScalingPolicyConfiguration: {
        targetValue: autoscaling.cpu,
        predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageCPUUtilization" },
      },
    },
    { parent: service, dependsOn: [target] },
  );
}
