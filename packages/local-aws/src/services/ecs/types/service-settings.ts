import type { Properties } from "../../../provider/values.js";
import { list, lowerTags, object } from "../../../resources/convert.js";

/** What CreateService takes and UpdateService does not. */
export function fixed(inputs: Properties): Properties {
  const { launchType, iamRole, schedulingStrategy, deploymentController, tags } = inputs;
  return {
    cluster: inputs["cluster"],
    launchType: launchType ?? (inputs["capacityProviderStrategies"] === undefined ? "EC2" : undefined),
    role: iamRole,
    schedulingStrategy,
    deploymentController,
    tags: tags === undefined ? undefined : lowerTags(tags),
  };
}

/** What both take, in ECS's names; `undefined` where the program says nothing. */
export function settings(inputs: Properties): Properties {
  const network = inputs["networkConfiguration"];
  return {
    taskDefinition: inputs["taskDefinition"],
    desiredCount: inputs["desiredCount"],
    capacityProviderStrategy: inputs["capacityProviderStrategies"],
    loadBalancers: inputs["loadBalancers"],
    networkConfiguration: network === undefined ? undefined : awsvpc(object(network)),
    deploymentConfiguration: deployment(inputs),
    healthCheckGracePeriodSeconds: inputs["healthCheckGracePeriodSeconds"],
    enableECSManagedTags: inputs["enableEcsManagedTags"],
    enableExecuteCommand: inputs["enableExecuteCommand"],
    propagateTags: inputs["propagateTags"],
    platformVersion: inputs["platformVersion"],
    availabilityZoneRebalancing: inputs["availabilityZoneRebalancing"],
    serviceConnectConfiguration: connect(inputs["serviceConnectConfiguration"]),
    serviceRegistries: inputs["serviceRegistries"] === undefined ? undefined : [inputs["serviceRegistries"]],
  };
}

/** Source: the same file, `expandServiceConnectConfiguration`. */
function connect(given: unknown): Properties | undefined {
  if (given === undefined) return undefined;
  const { services, ...rest } = object(given);
  if (services === undefined) return rest;
  return {
    ...rest,
    services: list(services)
      .map(object)
      .map(({ clientAlias, ...one }) => ({
        ...one,
        ...(clientAlias !== undefined && { clientAliases: clientAlias }),
      })),
  };
}

function awsvpc(network: Properties): Properties {
  const { subnets, securityGroups, assignPublicIp } = network;
  return {
    awsvpcConfiguration: {
      subnets,
      securityGroups,
      assignPublicIp: assignPublicIp === true ? "ENABLED" : "DISABLED",
    },
  };
}

function deployment(inputs: Properties): Properties {
  const more = object(inputs["deploymentConfiguration"]);
  return {
    ...more,
    maximumPercent: inputs["deploymentMaximumPercent"] ?? 200,
    minimumHealthyPercent: inputs["deploymentMinimumHealthyPercent"] ?? 100,
    deploymentCircuitBreaker: inputs["deploymentCircuitBreaker"] ?? { enable: false, rollback: false },
  };
}
