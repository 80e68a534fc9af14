/** Cancels the order that an event names: its receipt says so. */
import { getObject, hasAws, putObject } from "./aws.js";

const [, , order] = process.argv;
const { RECEIPTS_BUCKET } = process.env;

if (hasAws) {
  const receipt = await getObject(RECEIPTS_BUCKET, `${order}.json`);
  if (receipt === undefined) throw new Error(`there is no order ${order}`);
  await putObject(RECEIPTS_BUCKET, `${order}.json`, { ...receipt, cancelled: true });
}
process.stdout.write(`order ${order} is cancelled\n`);
