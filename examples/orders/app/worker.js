import { setTimeout as pause } from "node:timers/promises";
import { call, hasAws, putObject } from "./aws.js";

const { MOORAGE_IMAGE_TAG, ORDERS_QUEUE, ORDERS_TABLE, PRICES_URL, RECEIPTS_BUCKET } = process.env;
const longestPause = 2 ** 31 - 1;

let stopping = false;
const idle = new AbortController();
function stop() {
  stopping = true;
  idle.abort();
}
process.once("SIGTERM", stop);
process.once("SIGINT", stop);

process.stdout.write(
  `worker ${MOORAGE_IMAGE_TAG} ${hasAws ? `takes orders of ${ORDERS_QUEUE}` : "has no AWS here"}\n`,
);
while (!stopping) {
  if (!hasAws) await rest(longestPause);
  else await take().catch(later);
}

/** What fails stays in the queue, and comes again when its visibility timeout is over. */
async function take() {
  const { Messages = [] } = await call("sqs", "ReceiveMessage", {
    QueueUrl: ORDERS_QUEUE,
    WaitTimeSeconds: 1,
  });
  for (const { Body, ReceiptHandle } of Messages) {
    await settle(JSON.parse(Body));
    await call("sqs", "DeleteMessage", { QueueUrl: ORDERS_QUEUE, ReceiptHandle });
  }
}

/** Twice gives the same: a queue may deliver a message more than once. */
async function settle({ order, item }) {
  const response = await fetch(`${PRICES_URL}/prices`, { signal: AbortSignal.timeout(5_000) });
  const price = (await response.json())[item] ?? 0;
  await call("dynamodb", "PutItem", {
    TableName: ORDERS_TABLE,
    Item: { id: { S: order }, item: { S: item }, price: { N: String(price) } },
  });
  await putObject(RECEIPTS_BUCKET, `${order}.json`, { order, item, price, by: MOORAGE_IMAGE_TAG });
  process.stdout.write(`order ${order}: ${item}, ${price}\n`);
}

async function later(error) {
  process.stderr.write(`${error.stack}\n`);
  await rest(1_000);
}

async function rest(milliseconds) {
  await pause(milliseconds, undefined, { signal: idle.signal }).catch(() => undefined);
}
