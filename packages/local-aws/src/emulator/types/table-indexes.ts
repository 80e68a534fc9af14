import { canonical, type Properties } from "../../provider/values.js";
import { list, object, text } from "../../resources/convert.js";

/** HASH first. Source: DynamoDB, CreateTable, `KeySchema`. */
export function keySchema(hashKey: unknown, rangeKey: unknown): object[] {
  const range =
    rangeKey === undefined || rangeKey === "" ? [] : [{ AttributeName: rangeKey, KeyType: "RANGE" }];
  return [{ AttributeName: hashKey, KeyType: "HASH" }, ...range];
}

/** Nothing for a table that is paid by request. */
export function throughput({ billingMode }: Properties, { readCapacity, writeCapacity }: Properties): object {
  if (billingMode === "PAY_PER_REQUEST") return {};
  return {
    ProvisionedThroughput: { ReadCapacityUnits: readCapacity, WriteCapacityUnits: writeCapacity },
  };
}

/** A local index has the table's own hash key, and no capacity. */
export function indexes(given: unknown, table: Properties): object[] {
  return list(given).map((one) => indexOf(object(one), table));
}

function indexOf(index: Properties, table: Properties): object {
  const isLocal = index["hashKey"] === undefined;
  return {
    IndexName: index["name"],
    KeySchema: keySchema(index["hashKey"] ?? table["hashKey"], index["rangeKey"]),
    Projection: { ProjectionType: index["projectionType"], NonKeyAttributes: index["nonKeyAttributes"] },
    ...(!isLocal && throughput(table, index)),
  };
}

/** What makes and drops the global indexes that differ; one that changed is dropped first. */
export function indexChanges(olds: Properties, news: Properties): object[] {
  const before = byName(olds["globalSecondaryIndexes"]);
  const after = byName(news["globalSecondaryIndexes"]);
  const isSame = (name: string) => JSON.stringify(before.get(name)) === JSON.stringify(after.get(name));
  const AttributeDefinitions = list(news["attributes"]).map((one) => {
    const { name, type } = object(one);
    return { AttributeName: name, AttributeType: type };
  });
  const dropped = [...before.keys()].filter((name) => !isSame(name));
  const made = [...after].filter(([name]) => !isSame(name));
  return [
    ...dropped.map((IndexName) => ({ GlobalSecondaryIndexUpdates: [{ Delete: { IndexName } }] })),
    ...made.map(([, index]) => ({
      AttributeDefinitions,
      GlobalSecondaryIndexUpdates: [{ Create: indexOf(index, news) }],
    })),
  ];
}

function byName(given: unknown): Map<string, Properties> {
  return new Map(list(given).map((one) => [text(object(one)["name"]), object(one)]));
}

/** Whether two lists of attributes or indexes name the same ones, whatever their order; capacities are not told back. */
export function sameList(before: unknown, after: unknown): boolean {
  const told = (given: unknown) =>
    list(given)
      .map((one) => {
        const { readCapacity: _read, writeCapacity: _write, ...rest } = object(one);
        return canonical(rest);
      })
      .sort()
      .join(" ");
  return Array.isArray(before) && Array.isArray(after) && told(before) === told(after);
}

/** The live indexes in the program's words. */
export function readIndexes(live: Properties[] | undefined): Properties[] | undefined {
  return live?.map((index) => {
    const keys = list(index["KeySchema"]).map(object);
    const keyOf = (type: string) => keys.find(({ KeyType }) => KeyType === type)?.["AttributeName"];
    const { ProjectionType, NonKeyAttributes } = object(index["Projection"]);
    return {
      ...{ name: index["IndexName"], hashKey: keyOf("HASH"), rangeKey: keyOf("RANGE") },
      ...{ projectionType: ProjectionType, nonKeyAttributes: NonKeyAttributes },
    };
  });
}
