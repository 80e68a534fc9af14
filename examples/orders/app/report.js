/** The day's report: how many orders there are, and what they are worth. */
import { call, hasAws } from "./aws.js";

if (!hasAws) {
  process.stdout.write("there is no database here: nothing to report\n");
} else {
  const { Items } = await call("dynamodb", "Scan", { TableName: process.env.ORDERS_TABLE });
  const orders = Items.filter(({ price }) => price !== undefined);
  const worth = orders.reduce((sum, { price }) => sum + Number(price.N), 0);
  process.stdout.write(`${orders.length} orders, worth ${worth.toFixed(2)}\n`);
}
