import type { Properties } from "../../provider/values.js";
import { changeTags, tagMap, unlessGone, upperTags } from "../../resources/convert.js";
import type { ResourceType, Scope } from "../../resources/resource.js";
import {
  type Attributes,
  changedAttributes,
  fromAttributes,
  sameDocument,
  toAttributes,
} from "../attributes.js";
import { notCarried } from "../carried.js";
import type { EmulatorCall } from "../emulator.js";
import { fifoNaming } from "../fifo-name.js";

/** Source: SNS, SetTopicAttributes. */
const topicAttributes: Attributes = {
  contentBasedDeduplication: { name: "ContentBasedDeduplication", kind: "flag", absent: "false" },
  deliveryPolicy: { name: "DeliveryPolicy", kind: "json" },
  displayName: { name: "DisplayName", kind: "text" },
  fifoTopic: { name: "FifoTopic", kind: "flag" },
  kmsMasterKeyId: { name: "KmsMasterKeyId", kind: "text" },
  policy: { name: "Policy", kind: "json" },
  signatureVersion: { name: "SignatureVersion", kind: "number", absent: "1" },
  tracingConfig: { name: "TracingConfig", kind: "text", absent: "PassThrough" },
};
/** Source: SNS, SetSubscriptionAttributes. */
const subscriptionAttributes: Attributes = {
  deliveryPolicy: { name: "DeliveryPolicy", kind: "json" },
  filterPolicy: { name: "FilterPolicy", kind: "json", absent: "{}" },
  filterPolicyScope: { name: "FilterPolicyScope", kind: "text", absent: "MessageAttributes" },
  rawMessageDelivery: { name: "RawMessageDelivery", kind: "flag", absent: "false" },
  redrivePolicy: { name: "RedrivePolicy", kind: "json" },
  subscriptionRoleArn: { name: "SubscriptionRoleArn", kind: "text" },
};
const topicCarries = new Set([...Object.keys(topicAttributes), "name", "namePrefix", "tags"]);
const subscriptionCarries = new Set([
  ...Object.keys(subscriptionAttributes),
  ...["confirmationTimeoutInMinutes", "endpoint", "endpointAutoConfirms", "protocol", "topic"],
]);
const { naming, nameOf } = fifoNaming("fifoTopic");
const gone = ["NotFound", "NotFoundException"];
type Told = { Attributes?: Record<string, string> };

const caller =
  (call: EmulatorCall) =>
  <Output>(operation: string, input: object, { site }: Scope) =>
    call<Output>("sns", operation, input, site);

/** A topic in the emulator; its id is its ARN. */
export function topic(call: EmulatorCall): ResourceType {
  const sns = caller(call);
  return {
    tokens: ["aws:sns/topic:Topic"],
    ...naming,
    check: (inputs) => notCarried(inputs, topicCarries),
    same: (property, before, after) => sameDocument(topicAttributes, property, before, after),

    async create({ tags, ...inputs }, scope) {
      const Name = nameOf(inputs);
      const Attributes = toAttributes(topicAttributes, inputs);
      const input = { Name, Attributes, Tags: upperTags(tags) };
      const { TopicArn } = await sns<{ TopicArn: string }>("CreateTopic", input, scope);
      return { id: TopicArn };
    },

    async read(id, scope) {
      const live = await unlessGone(sns<Told>("GetTopicAttributes", { TopicArn: id }, scope), ...gone);
      if (live === undefined) return undefined;
      const { Tags } = await sns<{ Tags?: { Key: string; Value: string }[] | "" }>(
        "ListTagsForResource",
        { ResourceArn: id },
        scope,
      );
      return {
        ...fromAttributes(topicAttributes, live.Attributes ?? {}),
        ...{ arn: id, name: id.split(":").at(-1), owner: live.Attributes?.["Owner"] },
        tags: tagMap(Tags || undefined),
      };
    },

    async update(id, news, olds, scope) {
      const changed = Object.entries(changedAttributes(topicAttributes, olds, news));
      for (const [AttributeName, AttributeValue] of changed)
        await sns("SetTopicAttributes", { TopicArn: id, AttributeName, AttributeValue }, scope);
      await changeTags(olds["tags"], news["tags"], {
        remove: (TagKeys) => sns("UntagResource", { ResourceArn: id, TagKeys }, scope),
        add: (tags) => sns("TagResource", { ResourceArn: id, Tags: upperTags(tags) }, scope),
      });
    },

    async delete(id, _state, scope) {
      await unlessGone(sns("DeleteTopic", { TopicArn: id }, scope), ...gone);
    },
  };
}

/** Who is told what a topic is told; its id is its ARN. */
export function subscription(call: EmulatorCall): ResourceType {
  const sns = caller(call);
  return {
    tokens: ["aws:sns/topicSubscription:TopicSubscription"],
    replaces: ["topic", "protocol", "endpoint"],
    check: (inputs) => notCarried(inputs, subscriptionCarries),
    same: (property, before, after) => sameDocument(subscriptionAttributes, property, before, after),

    async create(inputs, scope) {
      const input = {
        TopicArn: inputs["topic"],
        Protocol: inputs["protocol"],
        Endpoint: inputs["endpoint"],
        Attributes: toAttributes(subscriptionAttributes, inputs),
        ReturnSubscriptionArn: true,
      };
      const { SubscriptionArn } = await sns<{ SubscriptionArn: string }>("Subscribe", input, scope);
      return { id: SubscriptionArn };
    },

    async read(id, scope): Promise<Properties | undefined> {
      const asked = sns<Told>("GetSubscriptionAttributes", { SubscriptionArn: id }, scope);
      const live = (await unlessGone(asked, ...gone))?.Attributes;
      if (live === undefined) return undefined;
      return {
        ...fromAttributes(subscriptionAttributes, live),
        ...{ arn: id, topic: live["TopicArn"], protocol: live["Protocol"], endpoint: live["Endpoint"] },
        ...{ ownerId: live["Owner"], pendingConfirmation: live["PendingConfirmation"] === "true" },
        confirmationWasAuthenticated: live["ConfirmationWasAuthenticated"] === "true",
      };
    },

    async update(id, news, olds, scope) {
      const changed = Object.entries(changedAttributes(subscriptionAttributes, olds, news));
      for (const [AttributeName, AttributeValue] of changed)
        await sns("SetSubscriptionAttributes", { SubscriptionArn: id, AttributeName, AttributeValue }, scope);
    },

    async delete(id, _state, scope) {
      await unlessGone(sns("Unsubscribe", { SubscriptionArn: id }, scope), ...gone);
    },
  };
}
