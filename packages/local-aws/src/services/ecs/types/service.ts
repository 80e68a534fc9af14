import type { DescribeServicesCommandOutput, Service } from "@aws-sdk/client-ecs";
import { canonical, type Properties } from "../../../provider/values.js";
import { equal } from "../../../provider/diff.js";
import { AwsError } from "../../../cloud.js";
import { retryOn } from "../../../provider/retry.js";
import { poll } from "../../../resources/poll.js";
import type { ResourceType, Scope } from "../../../resources/resource.js";
import { fixed, settings } from "./service-settings.js";
import { changeEcsTags } from "./tags.js";
import { list, object, tagMap, text, unlessGone } from "../../../resources/convert.js";

export const service: ResourceType = {
  tokens: ["aws:ecs/service:Service"],
  autoname: "name",
  replaces: ["name", "cluster", "launchType", "iamRole", "schedulingStrategy", "deploymentController"],

  /** An import names it `cluster/name`. */
  idOf: (live) => text(live["arn"]),

  /** terraform-provider-aws, internal/service/ecs/service.go, `capacityProviderStrategyCustomizeDiff` (pull request 43533). */
  plan(olds, news) {
    if (sameStrategy(olds, news) || toOrFromNone(olds, news) || news["forceNewDeployment"] === true) return;
    throw new AwsError(
      "InvalidPlan",
      "force_new_deployment should be true when capacity_provider_strategy is being updated",
    );
  },

  /** The same place: to or from none replaces the service. */
  replacesWhen: (olds, news) => (toOrFromNone(olds, news) ? ["capacityProviderStrategies"] : []),

  same(property, before, after) {
    if (property === "cluster") return lastPart(before) === lastPart(after);
    if (property === "capacityProviderStrategies")
      return canonical(shares(before)) === canonical(shares(after));
    return property === "taskDefinition" && lastPart(before) === lastPart(after);
  },

  async create(inputs, scope) {
    const request = { serviceName: inputs["name"], ...settings(inputs), ...fixed(inputs) };
    const { service: made } = await retryOn(
      notYetAssumable,
      () => scope.call<{ service: Service }>("ecs", "CreateService", request),
      scope.wait,
      60,
    );
    const id = text(made.serviceArn);
    if (inputs["waitForSteadyState"] === true) await steady(id, inputs, scope);
    return { id };
  },

  async read(id, scope, known) {
    const live = await describe(id, known, scope);
    return live === undefined || live.status === "INACTIVE" || live.status === "DRAINING"
      ? undefined
      : properties(live);
  },

  async update(id, news, olds, scope) {
    const [before, after] = [settings(olds), settings(news)];
    const changed = Object.entries(after)
      .map(([key, value]): [string, unknown] => [
        key,
        before[key] === undefined ? value : (value ?? unset[key]),
      ])
      .filter(([key, value]) => !equal(before[key], value));
    const cluster = text(news["cluster"] ?? "default");
    const force = news["forceNewDeployment"] === true;
    if (changed.length > 0 || force) {
      const request = {
        cluster,
        service: id,
        ...Object.fromEntries(changed),
        ...(force ? { forceNewDeployment: true } : {}),
      };
      await scope.call("ecs", "UpdateService", request);
    }
    await changeEcsTags(id, olds["tags"], news["tags"], scope);
    if (news["waitForSteadyState"] === true) await steady(id, news, scope);
  },

  /** As the real provider: scaled to nothing unless the deletion is forced, deleted, and waited for until it is INACTIVE. */
  async delete(id, state, scope) {
    const live = await describe(id, state, scope);
    if (live === undefined || live.status === "INACTIVE") return;
    const cluster = text(state["cluster"] ?? "default");
    if (live.status === "ACTIVE") {
      if (state["forceDelete"] !== true && live.schedulingStrategy !== "DAEMON") {
        await scope.call("ecs", "UpdateService", { cluster, service: id, desiredCount: 0 });
      }
      const call = scope.call("ecs", "DeleteService", {
        cluster,
        service: id,
        force: state["forceDelete"] === true,
      });
      await unlessGone(call, "ServiceNotFoundException", "ServiceNotActiveException");
    }
    await poll(`service ${lastPart(id)} to become INACTIVE`, scope, async () => {
      const now = await describe(id, state, scope);
      return now === undefined || now.status === "INACTIVE";
    });
  },
};

/** What the provider sends for a setting that a program leaves out after it had it. Source: the same file, `resourceServiceUpdate`. */
const unset: Properties = {
  loadBalancers: [],
  healthCheckGracePeriodSeconds: 0,
  serviceConnectConfiguration: { enabled: false },
  serviceRegistries: [],
};

/** A strategy is a set, and what is left out is 0. */
function shares(strategy: unknown): string[] {
  return list(strategy)
    .map(object)
    .map(({ capacityProvider, weight = 0, base = 0 }) => [capacityProvider, weight, base].map(text).join(" "))
    .sort();
}

function sameStrategy(olds: Properties, news: Properties): boolean {
  const [before, after] = [olds, news].map((one) => canonical(shares(one["capacityProviderStrategies"])));
  return before === after;
}

function toOrFromNone(olds: Properties, news: Properties): boolean {
  const [before, after] = [olds, news].map((one) => list(one["capacityProviderStrategies"]).length === 0);
  return before !== after;
}

/**
 * A role is known to ECS a moment after its creation. A namesake that is still draining is not waited for.
 * Source: terraform-provider-aws, internal/service/ecs/service.go, `retryServiceCreate`.
 */
function notYetAssumable(error: AwsError): boolean {
  return error.code === "InvalidParameterException" && /unable to assume role/i.test(error.message);
}

async function describe(id: string, known: Properties, scope: Scope): Promise<Service | undefined> {
  const cluster =
    text(known["cluster"]) || (id.includes("/") ? (id.split("/").at(-2) ?? "default") : "default");
  const input = { cluster, services: [lastPart(id)], include: ["TAGS"] };
  const call = scope.call<DescribeServicesCommandOutput>("ecs", "DescribeServices", input);
  return (await unlessGone(call, "ClusterNotFoundException"))?.services?.[0];
}

async function steady(id: string, known: Properties, scope: Scope): Promise<void> {
  await poll(`service ${lastPart(id)} to become stable`, scope, async () => {
    const live = await describe(id, known, scope);
    return live?.deployments?.length === 1 && live.runningCount === live.desiredCount;
  });
}

function properties(live: Service): Properties {
  const vpc = live.networkConfiguration?.awsvpcConfiguration;
  const { deploymentConfiguration: rules, taskDefinition, desiredCount, loadBalancers } = live;
  return {
    arn: live.serviceArn,
    name: live.serviceName,
    cluster: live.clusterArn,
    taskDefinition,
    desiredCount,
    loadBalancers,
    launchType: live.launchType,
    capacityProviderStrategies: live.capacityProviderStrategy?.length
      ? live.capacityProviderStrategy
      : undefined,
    networkConfiguration: vpc && {
      subnets: vpc.subnets,
      securityGroups: vpc.securityGroups,
      assignPublicIp: vpc.assignPublicIp === "ENABLED",
    },
    deploymentMaximumPercent: rules?.maximumPercent,
    deploymentMinimumHealthyPercent: rules?.minimumHealthyPercent,
    deploymentCircuitBreaker: rules?.deploymentCircuitBreaker,
    healthCheckGracePeriodSeconds: live.healthCheckGracePeriodSeconds,
    serviceRegistries: live.serviceRegistries?.[0],
    enableEcsManagedTags: live.enableECSManagedTags,
    enableExecuteCommand: live.enableExecuteCommand,
    propagateTags: live.propagateTags,
    platformVersion: live.platformVersion,
    schedulingStrategy: live.schedulingStrategy,
    availabilityZoneRebalancing: live.availabilityZoneRebalancing,
    tags: tagMap(live.tags),
  };
}

function lastPart(name: unknown): string {
  return text(name).split("/").at(-1) ?? "";
}
