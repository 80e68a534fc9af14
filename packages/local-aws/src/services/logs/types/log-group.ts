import type {
  DescribeLogGroupsCommandOutput,
  ListTagsForResourceCommandOutput,
} from "@aws-sdk/client-cloudwatch-logs";
import type { Properties } from "../../../provider/values.js";
import type { ResourceType, Scope } from "../../../resources/resource.js";
import { changeTags, tagMap, text, unlessGone } from "../../../resources/convert.js";

export const logGroup: ResourceType = {
  tokens: ["aws:cloudwatch/logGroup:LogGroup"],
  autoname: "name",
  replaces: ["name", "namePrefix", "logGroupClass"],

  async create(inputs, scope) {
    const { name, kmsKeyId, logGroupClass, tags } = inputs;
    await scope.call("logs", "CreateLogGroup", { logGroupName: name, kmsKeyId, logGroupClass, tags });
    await keep(inputs, scope);
    return { id: text(name) };
  },

  async read(id, scope) {
    const input = { logGroupNamePrefix: id };
    const { logGroups } = await scope.call<DescribeLogGroupsCommandOutput>(
      "logs",
      "DescribeLogGroups",
      input,
    );
    const live = logGroups?.find((group) => group.logGroupName === id);
    if (live === undefined) return undefined;
    const { tags } = await scope.call<ListTagsForResourceCommandOutput>("logs", "ListTagsForResource", {
      resourceArn: live.logGroupArn,
    });
    return {
      name: id,
      arn: live.logGroupArn,
      retentionInDays: live.retentionInDays ?? 0,
      logGroupClass: live.logGroupClass,
      kmsKeyId: live.kmsKeyId,
      tags: tagMap(Object.entries(tags ?? {}).map(([key, value]) => ({ key, value }))),
    };
  },

  async update(_id, news, olds, scope) {
    await keep(news, scope);
    const resourceArn = text(olds["arn"]);
    await changeTags(olds["tags"], news["tags"], {
      remove: (tagKeys) => scope.call("logs", "UntagResource", { resourceArn, tagKeys }),
      add: (tags) => scope.call("logs", "TagResource", { resourceArn, tags }),
    });
  },

  async delete(id, state, scope) {
    if (state["skipDestroy"] === true) return;
    await unlessGone(scope.call("logs", "DeleteLogGroup", { logGroupName: id }), "ResourceNotFoundException");
  },
};

/** Nothing given, or 0, keeps the events for ever. */
async function keep({ name, retentionInDays }: Properties, scope: Scope): Promise<void> {
  const forEver = retentionInDays === undefined || retentionInDays === 0;
  if (forEver) await scope.call("logs", "DeleteRetentionPolicy", { logGroupName: name });
  else await scope.call("logs", "PutRetentionPolicy", { logGroupName: name, retentionInDays });
}
