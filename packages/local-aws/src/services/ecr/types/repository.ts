import type { DescribeRepositoriesCommandOutput, Repository } from "@aws-sdk/client-ecr";
import type { ListTagsForResourceCommandOutput } from "@aws-sdk/client-ecr";
import type { Properties } from "../../../provider/values.js";
import type { ResourceType, Scope } from "../../../resources/resource.js";
import { changeTags, object, list, tagMap, text, unlessGone, upperTags } from "../../../resources/convert.js";

export const repository: ResourceType = {
  tokens: ["aws:ecr/repository:Repository"],
  autoname: "name",
  replaces: ["name", "encryptionConfigurations"],

  async create(inputs, scope) {
    const { tags, imageTagMutability } = inputs;
    const request = {
      repositoryName: inputs["name"],
      imageTagMutability,
      imageTagMutabilityExclusionFilters: exclusions(inputs),
      imageScanningConfiguration: scanning(inputs),
      ...(tags === undefined ? {} : { tags: upperTags(tags) }),
    };
    const made = await scope.call<{ repository: Repository }>("ecr", "CreateRepository", request);
    return { id: text(made.repository.repositoryName) };
  },

  async read(id, scope) {
    const call = scope.call<DescribeRepositoriesCommandOutput>("ecr", "DescribeRepositories", {
      repositoryNames: [id],
    });
    const live = (await unlessGone(call, "RepositoryNotFoundException"))?.repositories?.[0];
    return live && properties(live, await readTags(text(live.repositoryArn), scope));
  },

  async update(id, news, olds, scope) {
    await scope.call("ecr", "PutImageTagMutability", {
      repositoryName: id,
      imageTagMutability: news["imageTagMutability"] ?? "MUTABLE",
      imageTagMutabilityExclusionFilters: exclusions(news),
    });
    await scope.call("ecr", "PutImageScanningConfiguration", {
      repositoryName: id,
      imageScanningConfiguration: scanning(news) ?? { scanOnPush: false },
    });
    const resourceArn = text(olds["arn"]);
    await changeTags(olds["tags"], news["tags"], {
      remove: (tagKeys) => scope.call("ecr", "UntagResource", { resourceArn, tagKeys }),
      add: (tags) => scope.call("ecr", "TagResource", { resourceArn, tags: upperTags(tags) }),
    });
  },

  async delete(id, state, scope) {
    const call = scope.call("ecr", "DeleteRepository", {
      repositoryName: id,
      force: state["forceDelete"] === true,
    });
    await unlessGone(call, "RepositoryNotFoundException");
  },
};

function scanning(inputs: Properties): { scanOnPush: boolean } | undefined {
  const wanted = inputs["imageScanningConfiguration"];
  return wanted === undefined ? undefined : { scanOnPush: object(wanted)["scanOnPush"] === true };
}

function exclusions(inputs: Properties): unknown {
  const wanted = inputs["imageTagMutabilityExclusionFilters"];
  return wanted === undefined ? undefined : list(wanted);
}

function properties(live: Repository, tags: Properties | undefined): Properties {
  return {
    name: live.repositoryName,
    arn: live.repositoryArn,
    registryId: live.registryId,
    repositoryUrl: live.repositoryUri,
    imageTagMutability: live.imageTagMutability,
    imageScanningConfiguration: live.imageScanningConfiguration,
    tags,
  };
}

async function readTags(resourceArn: string, scope: Scope): Promise<Properties | undefined> {
  const answer = await scope.call<ListTagsForResourceCommandOutput>("ecr", "ListTagsForResource", {
    resourceArn,
  });
  return tagMap(answer.tags);
}
