/** Brings the table to this version's schema, step by step; a step that has been taken is not taken again. */
import { call, hasAws } from "./aws.js";

const { ORDERS_TABLE: TableName } = process.env;
const key = { id: { S: "schema" } };

const steps = [
  { to: 1, change: async () => undefined },
  { to: 2, change: async () => undefined },
];

if (!hasAws) {
  process.stdout.write("there is no database here: nothing to migrate\n");
} else {
  const { Item } = await call("dynamodb", "GetItem", { TableName, Key: key, ConsistentRead: true });
  let version = Number(Item?.version.N ?? 0);
  for (const { to, change } of steps.filter((step) => step.to > version)) {
    await change();
    await call("dynamodb", "PutItem", { TableName, Item: { ...key, version: { N: String(to) } } });
    process.stdout.write(`migrated from ${version} to ${to}\n`);
    version = to;
  }
  process.stdout.write(`the schema is at version ${version}\n`);
}
