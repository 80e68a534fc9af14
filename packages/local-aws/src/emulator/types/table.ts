import { AwsError } from "../../cloud.js";
import { isObject, type Properties } from "../../provider/values.js";
import {
  changeTags,
  list,
  object,
  pascal,
  tagMap,
  text,
  unlessGone,
  upperTags,
} from "../../resources/convert.js";
import { randomId } from "../../resources/recorded.js";
import type { ResourceType, Scope } from "../../resources/resource.js";
import { notCarried } from "../carried.js";
import type { EmulatorCall } from "../emulator.js";
import { indexChanges, indexes, keySchema, readIndexes, sameList, throughput } from "./table-indexes.js";

const carried = new Set([
  ...["attributes", "billingMode", "deletionProtectionEnabled", "globalSecondaryIndexes", "hashKey"],
  ...["localSecondaryIndexes", "name", "pointInTimeRecovery", "rangeKey", "readCapacity", "writeCapacity"],
  ...["serverSideEncryption", "streamEnabled", "streamViewType", "tableClass", "tags", "ttl"],
]);
const listed = new Set(["attributes", "globalSecondaryIndexes", "localSecondaryIndexes"]);
const gone = "ResourceNotFoundException";
/** Looks at a table that is being made, changed or deleted, a second of AWS's time apart. */
const mostLooks = 600;

interface Described {
  Table?: {
    TableArn: string;
    TableName: string;
    TableStatus: string;
    AttributeDefinitions?: { AttributeName: string; AttributeType: string }[];
    KeySchema?: { AttributeName: string; KeyType: string }[];
    BillingModeSummary?: { BillingMode?: string };
    ProvisionedThroughput?: { ReadCapacityUnits?: number; WriteCapacityUnits?: number };
    GlobalSecondaryIndexes?: Properties[];
    LocalSecondaryIndexes?: Properties[];
    StreamSpecification?: { StreamEnabled?: boolean; StreamViewType?: string };
    LatestStreamArn?: string;
    LatestStreamLabel?: string;
    DeletionProtectionEnabled?: boolean;
    TableClassSummary?: { TableClass?: string };
  };
}

/** A table in the emulator; its id is its name. */
export function table(call: EmulatorCall): ResourceType {
  const dynamo: Dynamo = (operation, input, { site }) => call("dynamodb", operation, input, site);
  return {
    tokens: ["aws:dynamodb/table:Table"],
    autoname: "name",
    replaces: ["name", "hashKey", "rangeKey", "localSecondaryIndexes"],
    check: (inputs) => notCarried(inputs, carried),
    // Only what is read back: a change of an index's capacity alone is a change.
    same: (property, before, after) => listed.has(property) && sameList(before, after),

    async create(inputs, scope) {
      const TableName = text(inputs["name"]) || randomId("table");
      await dynamo(
        "CreateTable",
        { ...definition(inputs), TableName, Tags: upperTags(inputs["tags"]) },
        scope,
      );
      await settled(TableName, dynamo, scope);
      await setTtl(TableName, inputs["ttl"], dynamo, scope);
      return { id: TableName };
    },

    async read(id, scope) {
      const live = await describe(id, dynamo, scope);
      if (live === undefined || live.TableStatus === "DELETING") return undefined;
      const { Tags } = await dynamo<{ Tags?: { Key: string; Value: string }[] }>(
        "ListTagsOfResource",
        { ResourceArn: live.TableArn },
        scope,
      );
      return { ...propertiesOf(live), tags: tagMap(Tags), ttl: await readTtl(id, dynamo, scope) };
    },

    async update(id, news, olds, scope) {
      for (const change of [...settingChanges(olds, news), ...indexChanges(olds, news)]) {
        await dynamo("UpdateTable", { TableName: id, ...change }, scope);
        await settled(id, dynamo, scope);
      }
      if (JSON.stringify(olds["ttl"]) !== JSON.stringify(news["ttl"]))
        await setTtl(id, news["ttl"] ?? { ...object(olds["ttl"]), enabled: false }, dynamo, scope);
      const ResourceArn = (await describe(id, dynamo, scope))?.TableArn;
      await changeTags(olds["tags"], news["tags"], {
        remove: (TagKeys) => dynamo("UntagResource", { ResourceArn, TagKeys }, scope),
        add: (tags) => dynamo("TagResource", { ResourceArn, Tags: upperTags(tags) }, scope),
      });
    },

    async delete(id, _state, scope) {
      await unlessGone(dynamo("DeleteTable", { TableName: id }, scope), gone);
      for (let look = 0; look < mostLooks; look++) {
        if ((await describe(id, dynamo, scope)) === undefined) return;
        await scope.wait(1);
      }
      throw new AwsError("Timeout", `The table ${id} is not deleted yet.`);
    },
  };
}

type Dynamo = <Output>(operation: string, input: object, scope: Scope) => Promise<Output>;

async function describe(id: string, dynamo: Dynamo, scope: Scope): Promise<Described["Table"]> {
  return (await unlessGone(dynamo<Described>("DescribeTable", { TableName: id }, scope), gone))?.Table;
}

async function settled(id: string, dynamo: Dynamo, scope: Scope): Promise<void> {
  for (let look = 0; look < mostLooks; look++) {
    if ((await describe(id, dynamo, scope))?.TableStatus === "ACTIVE") return;
    await scope.wait(1);
  }
  throw new AwsError("Timeout", `The table ${id} does not become active.`);
}

function definition(inputs: Properties): object {
  const local = indexes(inputs["localSecondaryIndexes"], inputs);
  const global = indexes(inputs["globalSecondaryIndexes"], inputs);
  return {
    AttributeDefinitions: attributesOf(inputs),
    KeySchema: keySchema(inputs["hashKey"], inputs["rangeKey"]),
    ...(local.length > 0 && { LocalSecondaryIndexes: local }),
    ...(global.length > 0 && { GlobalSecondaryIndexes: global }),
    ...billing(inputs),
    ...streams(inputs),
    DeletionProtectionEnabled: inputs["deletionProtectionEnabled"],
    TableClass: inputs["tableClass"],
  };
}

function attributesOf({ attributes }: Properties): object[] {
  return list(attributes).map((one) => {
    const { name, type } = object(one);
    return { AttributeName: name, AttributeType: type };
  });
}

/** Source: the provider's page of the type: PROVISIONED unless it is said otherwise. */
function billing(inputs: Properties): object {
  const BillingMode = inputs["billingMode"] ?? "PROVISIONED";
  return { BillingMode, ...throughput(inputs, inputs) };
}

function streams({ streamEnabled, streamViewType }: Properties): object {
  if (streamEnabled === undefined) return {};
  const view = streamEnabled === true && { StreamViewType: streamViewType };
  return { StreamSpecification: { StreamEnabled: streamEnabled, ...view } };
}

/** One change at a time, as UpdateTable takes them. */
function settingChanges(olds: Properties, news: Properties): object[] {
  const differs = (...properties: string[]) => properties.some((one) => olds[one] !== news[one]);
  return [
    ...(differs("billingMode", "readCapacity", "writeCapacity") ? [billing(news)] : []),
    ...(differs("streamEnabled", "streamViewType")
      ? [streams({ ...news, streamEnabled: news["streamEnabled"] ?? false })]
      : []),
    ...(differs("deletionProtectionEnabled")
      ? [{ DeletionProtectionEnabled: news["deletionProtectionEnabled"] ?? false }]
      : []),
    ...(differs("tableClass") ? [{ TableClass: news["tableClass"] ?? "STANDARD" }] : []),
  ];
}

function propertiesOf(live: NonNullable<Described["Table"]>): Properties {
  const keyOf = (type: string) => live.KeySchema?.find(({ KeyType }) => KeyType === type)?.AttributeName;
  const mode = live.BillingModeSummary?.BillingMode ?? "PROVISIONED";
  const { ReadCapacityUnits: readCapacity, WriteCapacityUnits: writeCapacity } =
    live.ProvisionedThroughput ?? {};
  const { StreamEnabled: streamEnabled, StreamViewType: streamViewType } = live.StreamSpecification ?? {};
  return {
    ...{ name: live.TableName, arn: live.TableArn, hashKey: keyOf("HASH"), rangeKey: keyOf("RANGE") },
    ...{ billingMode: mode, ...(mode === "PROVISIONED" && { readCapacity, writeCapacity }) },
    attributes: live.AttributeDefinitions?.map(({ AttributeName: name, AttributeType: type }) => ({
      name,
      type,
    })),
    globalSecondaryIndexes: readIndexes(live.GlobalSecondaryIndexes),
    localSecondaryIndexes: readIndexes(live.LocalSecondaryIndexes),
    ...{ streamEnabled, streamViewType },
    ...{ streamArn: live.LatestStreamArn ?? "", streamLabel: live.LatestStreamLabel ?? "" },
    deletionProtectionEnabled: live.DeletionProtectionEnabled,
    tableClass: live.TableClassSummary?.TableClass,
  };
}

async function setTtl(TableName: string, ttl: unknown, dynamo: Dynamo, scope: Scope): Promise<void> {
  if (!isObject(ttl)) return;
  const TimeToLiveSpecification = pascal({ enabled: false, ...ttl });
  await dynamo("UpdateTimeToLive", { TableName, TimeToLiveSpecification }, scope);
}

async function readTtl(TableName: string, dynamo: Dynamo, scope: Scope): Promise<Properties | undefined> {
  const { TimeToLiveDescription } = await dynamo<{
    TimeToLiveDescription?: { TimeToLiveStatus?: string; AttributeName?: string };
  }>("DescribeTimeToLive", { TableName }, scope);
  const { TimeToLiveStatus: status = "", AttributeName: attributeName } = TimeToLiveDescription ?? {};
  return status.startsWith("ENABL") ? { enabled: true, attributeName } : undefined;
}
