import type {
  DescribeParametersCommandOutput,
  GetParameterCommandOutput,
  ListTagsForResourceCommandOutput,
} from "@aws-sdk/client-ssm";
import type { Properties } from "../../../provider/values.js";
import type { ResourceType, Scope } from "../../../resources/resource.js";
import { changeTags, tagMap, text, unlessGone, upperTags } from "../../../resources/convert.js";

export const parameter: ResourceType = {
  tokens: ["aws:ssm/parameter:Parameter"],
  autoname: "name",
  replaces: ["name"],
  volatile: ["version"],

  async create(inputs, scope) {
    const [id, { tags }] = [text(inputs["name"]), inputs];
    // PutParameter takes no tags with `Overwrite`: then the provider adds them afterwards.
    const overwrites = inputs["overwrite"] === true;
    const Tags = overwrites ? [] : upperTags(tags);
    await put(inputs, overwrites, Tags.length > 0 ? { Tags } : {}, scope);
    if (overwrites) await addTags(id, {}, tags, scope);
    return { id };
  },

  async read(id, scope) {
    const call = scope.call<GetParameterCommandOutput>("ssm", "GetParameter", {
      Name: id,
      WithDecryption: true,
    });
    const live = (await unlessGone(call, "ParameterNotFound"))?.Parameter;
    if (live === undefined) return undefined;
    const described = await scope.call<DescribeParametersCommandOutput>("ssm", "DescribeParameters", {
      ParameterFilters: [{ Key: "Name", Values: [id] }],
    });
    return {
      name: live.Name,
      arn: live.ARN,
      type: live.Type,
      value: live.Value,
      version: live.Version,
      dataType: live.DataType,
      tier: described.Parameters?.[0]?.Tier,
      description: described.Parameters?.[0]?.Description,
      tags: await readTags(id, scope),
    };
  },

  async update(id, news, olds, scope) {
    await put(news, true, {}, scope);
    await addTags(id, olds["tags"], news["tags"], scope);
  },

  async delete(id, _state, scope) {
    await unlessGone(scope.call("ssm", "DeleteParameter", { Name: id }), "ParameterNotFound");
  },
};

function put(inputs: Properties, Overwrite: boolean, extra: Properties, scope: Scope): Promise<unknown> {
  return scope.call("ssm", "PutParameter", {
    Name: inputs["name"],
    Value: inputs["value"] ?? inputs["insecureValue"],
    Type: inputs["type"],
    Description: inputs["description"],
    Tier: inputs["tier"],
    DataType: inputs["dataType"],
    AllowedPattern: inputs["allowedPattern"],
    KeyId: inputs["keyId"],
    Overwrite,
    ...extra,
  });
}

function addTags(ResourceId: string, olds: unknown, news: unknown, scope: Scope): Promise<void> {
  const about = { ResourceType: "Parameter", ResourceId };
  return changeTags(olds, news, {
    remove: (TagKeys) => scope.call("ssm", "RemoveTagsFromResource", { ...about, TagKeys }),
    add: (tags) => scope.call("ssm", "AddTagsToResource", { ...about, Tags: upperTags(tags) }),
  });
}

async function readTags(id: string, scope: Scope): Promise<Properties | undefined> {
  const about = { ResourceType: "Parameter", ResourceId: id };
  return tagMap(
    (await scope.call<ListTagsForResourceCommandOutput>("ssm", "ListTagsForResource", about)).TagList,
  );
}
