import type { Cluster, DescribeClustersCommandOutput } from "@aws-sdk/client-ecs";
import type { Properties } from "../provider/values.js";
import type { ResourceType, Scope } from "./resource.js";
import { droppedTags, lowerTags, tagMap, text, unlessGone } from "./words.js";

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
    await scope.call("ecs", "UpdateCluster", { cluster: id, settings, configuration });
    const dropped = droppedTags(olds["tags"], news["tags"]);
    if (dropped.length > 0) await scope.call("ecs", "UntagResource", { resourceArn: id, tagKeys: dropped });
    await scope.call("ecs", "TagResource", { resourceArn: id, tags: lowerTags(news["tags"]) });
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
