import { randomUUID } from "node:crypto";
import { call, getObject, hasAws } from "./aws.js";
import { serve } from "./serve.js";

const { ORDERS_QUEUE, RECEIPTS_BUCKET, PRICES_URL } = process.env;

serve("orders", async (method, path) => {
  if (method === "GET" && path === "/")
    return [200, { routes: ["GET /prices", "POST /orders/<item>", "GET /orders/<order>"] }];
  if (method === "GET" && path === "/prices") {
    const response = await fetch(`${PRICES_URL}/prices`, { signal: AbortSignal.timeout(5_000) });
    return [response.status, await response.json()];
  }
  const [, name] = /^\/orders\/([\w-]+)$/.exec(path) ?? [];
  if (name === undefined) return undefined;
  if (!hasAws) return [503, { error: "there is no AWS here, and no emulator of it" }];
  if (method === "POST") return [202, { order: await take(name) }];
  const receipt = await getObject(RECEIPTS_BUCKET, `${name}.json`);
  return receipt && [200, receipt];
});

async function take(item) {
  const order = randomUUID();
  await call("sqs", "SendMessage", { QueueUrl: ORDERS_QUEUE, MessageBody: JSON.stringify({ order, item }) });
  return order;
}
