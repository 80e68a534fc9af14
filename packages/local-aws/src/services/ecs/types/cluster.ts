import type { Cluster, DescribeClustersCommandOutput } from "@aws-sdk/client-ecs";
import { equal } from "../../../provider/diff.js";
import type { Properties } from "../../../provider/values.js";
import type { ResourceType, Scope } from "../../../resources/resource.js";
import { changeEcsTags } from "./tags.js";
import { lowerTags, tagMap, text, unlessGone } from "../../../resources/convert.js";

export const cluster: ResourceType = {
  tokens: ["aws:ecs/cluster:Cluster"],
  autoname: "name",
  replaces: ["name"],
  idOf: ({ arn }) => text(arn),

  async create({ name, settings, configuration, tags }, scope) {
    const request = { clusterName: name, settings, configuration, tags: lowerTags(tags) };
    const { cluster: made } = await scope.call<{ cluster: Cluster }>("ecs", "CreateCluster", request);
    return { id: text(made.clusterArn) };
  },

  async read(id, scope) {
    const live = await describe(id, scope);
    return (
      live && {
        arn: live.clusterArn,
        name: live.clusterName,
        settings: live.settings,
        tags: tagMap(live.tags),
      }
    );
  },

  async update(id, news, olds, scope) {
    const { settings, configuration } = news;
    if (!equal(olds["settings"], settings) || !equal(olds["configuration"], configuration)) {
      await scope.call("ecs", "UpdateCluster", { cluster: id, settings, configuration });
    }
    await changeEcsTags(id, olds["tags"], news["tags"], scope);
  },

  async delete(id, _state, scope) {
    await unlessGone(scope.call("ecs", "DeleteCluster", { cluster: id }), "ClusterNotFoundException");
  },
};

/** Which capacity providers a cluster offers; deleting takes them away again. */
export const clusterCapacityProviders: ResourceType = {
  tokens: ["aws:ecs/clusterCapacityProviders:ClusterCapacityProviders"],
  replaces: ["clusterName"],

  async create(inputs, scope) {
    await put(inputs, scope);
    return { id: text(inputs["clusterName"]) };
  },

  async read(id, scope) {
    const live = await describe(id, scope);
    return (
      live && {
        clusterName: live.clusterName,
        capacityProviders: live.capacityProviders,
        defaultCapacityProviderStrategies: live.defaultCapacityProviderStrategy,
      }
    );
  },

  async update(_id, news, _olds, scope) {
    await put(news, scope);
  },

  async delete(id, _state, scope) {
    await unlessGone(put({ clusterName: id }, scope), "ClusterNotFoundException");
  },
};

function put(inputs: Properties, scope: Scope): Promise<unknown> {
  return scope.call("ecs", "PutClusterCapacityProviders", {
    cluster: inputs["clusterName"],
    capacityProviders: inputs["capacityProviders"] ?? [],
    defaultCapacityProviderStrategy: inputs["defaultCapacityProviderStrategies"] ?? [],
  });
}

async function describe(id: string, scope: Scope): Promise<Cluster | undefined> {
  const input = { clusters: [id], include: ["TAGS", "SETTINGS"] };
  const { clusters } = await scope.call<DescribeClustersCommandOutput>("ecs", "DescribeClusters", input);
  return clusters?.find((found) => found.status === "ACTIVE");
}
