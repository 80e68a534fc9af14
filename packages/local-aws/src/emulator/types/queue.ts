import { AwsError } from "../../cloud.js";
import type { Properties } from "../../provider/values.js";
import { changeTags, object, text, unlessGone } from "../../resources/convert.js";
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

/** Source: SQS, SetQueueAttributes, with its defaults. */
const attributes: Attributes = {
  contentBasedDeduplication: { name: "ContentBasedDeduplication", kind: "flag", absent: "false" },
  deduplicationScope: { name: "DeduplicationScope", kind: "text", absent: "queue" },
  delaySeconds: { name: "DelaySeconds", kind: "number", absent: "0" },
  fifoQueue: { name: "FifoQueue", kind: "flag" },
  fifoThroughputLimit: { name: "FifoThroughputLimit", kind: "text", absent: "perQueue" },
  kmsDataKeyReusePeriodSeconds: { name: "KmsDataKeyReusePeriodSeconds", kind: "number", absent: "300" },
  kmsMasterKeyId: { name: "KmsMasterKeyId", kind: "text" },
  maxMessageSize: { name: "MaximumMessageSize", kind: "number", absent: "262144" },
  messageRetentionSeconds: { name: "MessageRetentionPeriod", kind: "number", absent: "345600" },
  policy: { name: "Policy", kind: "json" },
  receiveWaitTimeSeconds: { name: "ReceiveMessageWaitTimeSeconds", kind: "number", absent: "0" },
  redriveAllowPolicy: { name: "RedriveAllowPolicy", kind: "json" },
  redrivePolicy: { name: "RedrivePolicy", kind: "json" },
  sqsManagedSseEnabled: { name: "SqsManagedSseEnabled", kind: "flag", absent: "false" },
  visibilityTimeoutSeconds: { name: "VisibilityTimeout", kind: "number", absent: "30" },
};
const carried = new Set([...Object.keys(attributes), "name", "namePrefix", "tags"]);
const { naming, nameOf } = fifoNaming("fifoQueue");
const gone = ["QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"];

/** A queue in the emulator; its id is its URL, as the emulator tells it. */
export function queue(call: EmulatorCall): ResourceType {
  const sqs = <Output>(operation: string, input: object, { site }: Scope) =>
    call<Output>("sqs", operation, input, site);
  return {
    tokens: ["aws:sqs/queue:Queue"],
    ...naming,
    check: (inputs) => notCarried(inputs, carried),
    same: (property, before, after) => sameDocument(attributes, property, before, after),

    async create({ tags, ...inputs }, scope) {
      const QueueName = nameOf(inputs);
      const already = await unlessGone(sqs("GetQueueUrl", { QueueName }, scope), ...gone);
      // SQS itself would hand over one with the same attributes: two owners of one queue.
      if (already !== undefined)
        throw new AwsError("QueueAlreadyExists", `A queue named ${QueueName} is there already.`);
      const input = { QueueName, Attributes: toAttributes(attributes, inputs), tags };
      const { QueueUrl } = await sqs<{ QueueUrl: string }>("CreateQueue", input, scope);
      return { id: QueueUrl };
    },

    async read(id, scope) {
      const asked = sqs<{ Attributes?: Record<string, string> }>(
        "GetQueueAttributes",
        { QueueUrl: id, AttributeNames: ["All"] },
        scope,
      );
      const live = await unlessGone(asked, ...gone);
      if (live === undefined) return undefined;
      const { Tags } = await sqs<{ Tags?: Properties }>("ListQueueTags", { QueueUrl: id }, scope);
      const arn = live.Attributes?.["QueueArn"] ?? "";
      return {
        ...fromAttributes(attributes, live.Attributes ?? {}),
        ...{ arn, url: id, name: arn.split(":").at(-1) },
        ...(Object.keys(object(Tags)).length > 0 && { tags: Tags }),
      };
    },

    async update(id, news, olds, scope) {
      const changed = changedAttributes(attributes, olds, news);
      if (Object.keys(changed).length > 0)
        await sqs("SetQueueAttributes", { QueueUrl: id, Attributes: changed }, scope);
      await changeTags(olds["tags"], news["tags"], {
        remove: (TagKeys) => sqs("UntagQueue", { QueueUrl: id, TagKeys }, scope),
        add: (Tags) => sqs("TagQueue", { QueueUrl: id, Tags }, scope),
      });
    },

    async delete(id, _state, scope) {
      await unlessGone(sqs("DeleteQueue", { QueueUrl: id }, scope), ...gone);
    },
  };
}

/** A queue's policy as a resource of its own. */
export function queuePolicy(call: EmulatorCall): ResourceType {
  const set = (QueueUrl: string, policy: string, { site }: Scope) =>
    call("sqs", "SetQueueAttributes", { QueueUrl, Attributes: { Policy: policy } }, site);
  return {
    tokens: ["aws:sqs/queuePolicy:QueuePolicy"],
    replaces: ["queueUrl"],
    same: (property, before, after) => sameDocument(attributes, property, before, after),
    async create({ queueUrl, policy }, scope) {
      await set(text(queueUrl), text(policy), scope);
      return { id: text(queueUrl) };
    },
    async read(id, { site }) {
      const input = { QueueUrl: id, AttributeNames: ["Policy"] };
      const asked = call<{ Attributes?: Record<string, string> }>("sqs", "GetQueueAttributes", input, site);
      const policy = (await unlessGone(asked, ...gone))?.Attributes?.["Policy"];
      return policy ? { queueUrl: id, policy } : undefined;
    },
    update: async (id, { policy }, _olds, scope) => void (await set(id, text(policy), scope)),
    async delete(id, _state, scope) {
      await unlessGone(set(id, "", scope), ...gone);
    },
  };
}
